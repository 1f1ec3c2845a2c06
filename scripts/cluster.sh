# shellcheck shell=bash
# Private, throw-away clusters for the demo and the tests. Sourced; nothing happens before a function is called.
#
#   cluster_open DIR                   put everything below DIR; a DIR used before is picked up as it is
#   cluster_open_anew DIR              the same, after an end of what a run that was killed has left there
#   cluster_install                    a private copy of the server there, and this extension in it
#   cluster_new NAME [setting=value].. a new cluster; its superuser is postgres. All are copies of one, and so have the
#                                      same system identifier
#   cluster_new_apart NAME [..]        the same with a system identifier of its own, as clusters have in real life
#   cluster_set NAME setting=value..   change its postgresql.conf; takes effect at the next start
#   cluster_start NAME                 start it and wait until it answers
#   cluster_use NAME                   point PGHOST, PGPORT and PGUSER at it
#   cluster_stop NAME [MODE]           pg_ctl's modes: smart, fast (the default), immediate
#   cluster_kill NAME                  kill -9 the whole of it; cluster_start then starts it with crash recovery
#   cluster_standby NAME PRIMARY       a new streaming standby of a running cluster
#   cluster_pid NAME                   print the postmaster's process id
#   cluster_run COMMAND..              run a command as the user the servers run as
#   cluster_share DIRECTORY            print a path at which the servers can read it, which may be that of a copy
#   cluster_close                      stop every cluster below DIR and remove DIR
#
# Left to the caller: `trap cluster_close EXIT`. Set and exported here, so that a script started from one that has
# called cluster_open can source this file and go on with clusters of its own:
#   CLUSTER_DIR   what cluster_open was given, absolute
#   CLUSTER_TEMP  a directory with a short name for the sockets, whose paths are limited to 107 bytes
#   CLUSTER_HOME  where trees and data are: CLUSTER_DIR, or CLUSTER_TEMP if the servers' user cannot reach the former
#   CLUSTER_USER  the servers' user if it is another one, else empty
#   CLUSTER_BIN   the private server's programs, first in PATH

CLUSTER_SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

cluster_run() {
    # The servers' programs give up where they may not read the directory they are in.
    (
        cd "$CLUSTER_HOME" || exit
        if [[ -n $CLUSTER_USER ]]; then
            exec setpriv --reuid="$CLUSTER_USER" --regid="$(id -g "$CLUSTER_USER")" --init-groups env HOME=/ "$@"
        fi
        exec "$@"
    )
}

cluster_open() {
    mkdir -p "$1"
    CLUSTER_DIR=$(cd "$1" && pwd -P)
    # PostgreSQL refuses to run as root.
    CLUSTER_USER=
    if ((EUID == 0)); then
        CLUSTER_USER=$(id -un postgres 2>/dev/null || echo nobody)
    fi

    # The link is also the mark that tells a directory of ours from one that it would be wrong to remove.
    if ! [[ -L $CLUSTER_DIR/temp ]] && [[ -n $(ls -A "$CLUSTER_DIR") ]]; then
        echo "$CLUSTER_DIR is not empty and holds no cluster" >&2
        return 1
    fi
    CLUSTER_TEMP=$(readlink "$CLUSTER_DIR/temp" || true)
    if ! [[ -d $CLUSTER_TEMP ]]; then
        # Everyone is trusted who reaches a socket, so nobody else may: mktemp makes it mode 0700.
        CLUSTER_TEMP=$(mktemp -d /tmp/migrator.XXXXXX)
        [[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$CLUSTER_TEMP"
        ln -sfn "$CLUSTER_TEMP" "$CLUSTER_DIR/temp"
    fi

    CLUSTER_HOME=$CLUSTER_TEMP
    if cluster_run test -r "$CLUSTER_DIR" -a -x "$CLUSTER_DIR"; then
        CLUSTER_HOME=$CLUSTER_DIR
    else
        echo "User $CLUSTER_USER, whom the server runs as, cannot reach $CLUSTER_DIR: using $CLUSTER_TEMP" >&2
    fi
    CLUSTER_BIN=$CLUSTER_HOME/bin
    PATH=$CLUSTER_BIN:$PATH
    export CLUSTER_DIR CLUSTER_TEMP CLUSTER_HOME CLUSTER_USER CLUSTER_BIN PATH
}

cluster_open_anew() {
    if [[ -e $1 ]]; then
        cluster_open "$1"
        cluster_close
    fi
    cluster_open "$1"
}

# A server looks for its files relative to its own executable. So a real copy of the programs, with links to everything
# else around it in the same arrangement, is a server into which anyone can install, and the system's stays untouched.
cluster_install() (
    umask 022
    pg_config=${PG_CONFIG:-pg_config}
    bin=$("$pg_config" --bindir)
    tree=$CLUSTER_HOME/install
    rm -rf "$tree"
    mkdir -p "$tree$bin"
    cp -L "$bin"/* "$tree$bin/"
    rm -f "$tree$bin/pg_config" # being first in PATH, it would have the next build look for the server here
    for dir in "$("$pg_config" --sharedir)" "$("$pg_config" --pkglibdir)"; do
        mkdir -p "$tree$dir"
        # Links would lead a server astray whose user cannot get there.
        how=-as
        cluster_run test -r "$dir" -a -x "$dir" || how=-a
        cp "$how" "$dir/." "$tree$dir/"
        # An installed migrator must not stand in for the one under test.
        find "$tree$dir" \( -name 'migrator.*' -o -name 'migrator--*' \) -delete
    done
    ln -sfn "$tree$bin" "$CLUSTER_BIN"
    "${MAKE:-make}" --no-print-directory -s -C "$CLUSTER_SOURCE" install DESTDIR="$tree"
)

cluster_new() {
    cluster_place "$1"
    cluster_template && cluster_run cp -a --reflink=auto "$CLUSTER_HOME/template/data" "$CLUSTER_HOME/$1/data" || return
    cluster_settings "$@"
}

cluster_new_apart() {
    cluster_place "$1"
    cluster_initdb "$1" && cluster_settings "$@"
}

cluster_initdb() {
    local home=$CLUSTER_HOME/$1
    cluster_run "$CLUSTER_BIN/initdb" -D "$home/data" -U postgres --auth=trust --encoding=UTF8 --no-locale --no-sync \
        >"$home/initdb.log"
}

# What cluster_new copies, made by the first that needs it while the others wait: tests run at the same time.
cluster_template() (
    exec {lock}>"$CLUSTER_HOME/template.lock"
    flock "$lock"
    [[ ! -e $CLUSTER_HOME/template/complete ]] || exit 0
    rm -rf "$CLUSTER_HOME/template" # of one that was killed
    cluster_place template && cluster_initdb template && touch "$CLUSTER_HOME/template/complete"
)

cluster_settings() {
    local name=$1
    shift
    cluster_set "$name" listen_addresses= unix_socket_directories="$CLUSTER_TEMP/$name" fsync=off "$@"
}

# The directories that a cluster lives in, owned by the user it runs as.
cluster_place() {
    if [[ -e $CLUSTER_HOME/$1/data ]]; then
        echo "cluster $1 exists already" >&2
        return 1
    fi
    mkdir -p "$CLUSTER_HOME/$1" "$CLUSTER_TEMP/$1"
    [[ -z $CLUSTER_USER ]] || chown "$CLUSTER_USER" "$CLUSTER_HOME/$1" "$CLUSTER_TEMP/$1"
}

cluster_set() {
    local setting conf=$CLUSTER_HOME/$1/data/postgresql.conf
    shift
    for setting; do
        printf "%s = '%s'\n" "${setting%%=*}" "${setting#*=}" >>"$conf"
    done
}

cluster_start() {
    local home=$CLUSTER_HOME/$1
    if ! cluster_run "$CLUSTER_BIN/pg_ctl" start -s -w -D "$home/data" -l "$home/log" </dev/null; then
        tail -n 20 "$home/log" >&2
        return 1
    fi
}

cluster_use() {
    export PGHOST=$CLUSTER_TEMP/$1 PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
}

cluster_stop() {
    cluster_run "$CLUSTER_BIN/pg_ctl" stop -s -w -m "${2:-fast}" -D "$CLUSTER_HOME/$1/data"
}

cluster_standby() {
    local home=$CLUSTER_HOME/$1
    cluster_place "$1"
    cluster_run "$CLUSTER_BIN/pg_basebackup" -D "$home/data" -R -X stream -c fast --no-sync \
        -h "$CLUSTER_TEMP/$2" -U postgres || return
    cluster_set "$1" unix_socket_directories="$CLUSTER_TEMP/$1"
}

cluster_pid() {
    head -n 1 "$CLUSTER_HOME/$1/data/postmaster.pid"
}

cluster_share() {
    local path copy
    path=$(cd "$1" && pwd -P)
    if ! cluster_run test -r "$path" -a -x "$path"; then
        copy=$CLUSTER_HOME/share/${path##*/}
        (umask 022 && mkdir -p "$copy" && cp -R "$path/." "$copy/" && chmod -R a+rX "$CLUSTER_HOME/share")
        path=$copy
    fi
    echo "$path"
}

# The processes of a cluster, of whose program and working directory there is no doubt; the process id in a file may
# be another program's by now. Zombies have neither, so they do not count.
cluster_processes() {
    local entry
    for entry in /proc/[0-9]*; do
        if [[ $(readlink "$entry/cwd") == "$CLUSTER_HOME/$1/data" &&
            $(readlink "$entry/exe") == "$CLUSTER_HOME"/install/* ]]; then
            echo "${entry#/proc/}"
        fi
    done
}

cluster_kill() {
    local pids
    while pids=$(cluster_processes "$1") && [[ -n $pids ]]; do
        # shellcheck disable=SC2086 # one word for each
        kill -9 $pids 2>/dev/null || true
        sleep 0.05
    done
    # The server's own test for stale lock files takes a zombie for a running postmaster, and where process 1 is no
    # real init nobody ever buries it.
    rm -f "$CLUSTER_HOME/$1/data/postmaster.pid" "$CLUSTER_TEMP/$1"/.s.PGSQL.*
}

cluster_close() {
    local data name
    for data in "$CLUSTER_HOME"/*/data; do
        name=$(basename "${data%/data}")
        [[ -n $(cluster_processes "$name") ]] || continue
        # A server that ends by itself leaves no shared memory behind.
        cluster_stop "$name" immediate || cluster_kill "$name"
    done
    case $CLUSTER_TEMP in
    /tmp/migrator.*) rm -rf "$CLUSTER_TEMP" ;;
    esac
    rm -rf "$CLUSTER_DIR"
}
