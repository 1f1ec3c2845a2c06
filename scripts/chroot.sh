# shellcheck shell=bash
# Debian systems in directories of their own, to build and test in. Sourced; needs root.
#
#   chroot_make DIR SUITE [SOURCE..]   make it with debootstrap, or pick up the one that is there; a SOURCE is a line for
#                                      sources.list
#   chroot_run DIR COMMAND..           run a command in it as root, with mounts and processes of its own: both are gone
#                                      when the command ends, whatever it started
#   chroot_copy DIR                    put this source tree into it as /migrator, without what was built

CHROOT_MIRROR=${CHROOT_MIRROR:-http://deb.debian.org/debian}

chroot_make() {
    local dir=$1 suite=$2 script=
    shift 2
    if ((EUID != 0)); then
        echo 'making a Debian system in a directory takes root' >&2
        return 1
    fi
    [[ ! -e $dir/complete ]] || return 0
    command -v debootstrap >/dev/null || scripts/packages chroot || return
    # A debootstrap that is older than the suite has no script of that name; those of all later suites are one.
    [[ -e /usr/share/debootstrap/scripts/$suite ]] || script=/usr/share/debootstrap/scripts/sid
    rm -rf "$dir"
    mkdir -p "$dir"
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$dir" "$CHROOT_MIRROR" ${script:+"$script"} || return
    printf '%s\n' "deb $CHROOT_MIRROR $suite main" "$@" >"$dir/etc/apt/sources.list"
    # The Release file of a suite that is not maintained right now expires.
    echo 'Acquire::Check-Valid-Until "false";' >"$dir/etc/apt/apt.conf.d/90stale"
    echo force-unsafe-io >"$dir/etc/dpkg/dpkg.cfg.d/unsafe-io"
    # No server but those of the tests.
    printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
    chmod +x "$dir/usr/sbin/policy-rc.d"
    mkdir -p "$dir/etc/postgresql-common"
    echo 'create_main_cluster = false' >"$dir/etc/postgresql-common/createcluster.conf"
    # Whom this machine trusts beside Debian's authorities, as a network does that looks into TLS.
    if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
        cp -L /usr/local/share/ca-certificates/*.crt "$dir/usr/local/share/ca-certificates/"
        chroot_run "$dir" update-ca-certificates >/dev/null || return
    fi
    touch "$dir/complete"
}

chroot_run() {
    local dir=$1
    shift
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --pid --fork --kill-child bash -euc '
        dir=$1
        shift
        mount -t proc proc "$dir/proc"
        mount -t tmpfs -o mode=1777 tmpfs "$dir/dev/shm"
        mkdir -p "$dir/dev/pts"
        mount -t devpts devpts "$dir/dev/pts"
        exec chroot "$dir" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
            NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$@"' bash "$dir" "$@"
}

chroot_copy() {
    local dir=$1/migrator
    rm -rf "$dir"
    mkdir -p "$dir"
    git ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do [[ ! -e $file && ! -L $file ]] || printf '%s\0' "$file"; done |
        tar -c --null --files-from=- | tar -x --no-same-owner -C "$dir"
}
