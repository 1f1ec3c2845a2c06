#!/usr/bin/env bash
# load_dir(): for roles that may read the server's files, and nothing outside of the directory, however it is linked.
set -euo pipefail
. test/cluster/checks.bash

server links
database app
sql 'CREATE ROLE reads LOGIN; CREATE ROLE reads_not LOGIN; GRANT USAGE ON SCHEMA migrator TO reads, reads_not;
     GRANT EXECUTE ON FUNCTION migrator.load_dir TO reads, reads_not; GRANT pg_read_server_files TO reads'

files=$CLUSTER_HOME/links/files
outside=$CLUSTER_HOME/links/outside
as_server() { cluster_run sh -c "$1"; }
as_server "mkdir '$files' '$outside' && echo 'SELECT 1; -- secret' >'$outside/9_secret.sql'"
load() { # load PATH [ROLE] [MODULE]: a line for each row
    PGUSER=${2:-reads} sql "SELECT concat_ws('|', version, action, source, reason) FROM migrator.load_dir('$1', module => '${3:-main}')" 2>&1 |
        sed 's/^psql:[^ ]* //; /^WARNING:/d'
}
nothing_of_it() { is "$1: nothing of it was read" 0 "$(sql "SELECT count(*) FROM migrator.migration WHERE up ~ 'secret'")"; }

echo '# what is no file of the directory'
as_server "cd '$files' && echo 'SELECT 1' >1_file.sql && mkdir sub && echo 'SELECT 2' >sub/2_file.sql &&
    ln -s '$outside/9_secret.sql' 3_absolute.sql && ln -s ../outside/9_secret.sql 4_relative.sql && ln -s '$outside' 5_directory &&
    ln -s sub/../../outside/9_secret.sql 6_dots.sql && ln -s 4_relative.sql 7_chain.sql && ln -s sub 8_inside && ln -s sub/2_file.sql 10_inside.sql &&
    ln -s . 11_self && ln -s .. 12_parent && ln -s /dev/null 13_device.sql && ln -s /proc/self/environ 14_process.sql &&
    mkfifo 15_fifo.sql && echo 'SELECT 16' >16_hard.sql && ln 16_hard.sql sub/17_hard.sql && ln -s '$files/1_file.sql' 18_absolute_inside.sql"
is 'a row for each' '1|added|1_file.sql
2|added|sub/2_file.sql
10|added|10_inside.sql
16|added|16_hard.sql
17|added|sub/17_hard.sql
18|added|18_absolute_inside.sql
ignored|11_self|a symbolic link to a directory
ignored|12_parent|a symbolic link that leads out of the directory
ignored|13_device.sql|a symbolic link that leads out of the directory
ignored|14_process.sql|a symbolic link that leads out of the directory
ignored|15_fifo.sql|not a regular file
ignored|3_absolute.sql|a symbolic link that leads out of the directory
ignored|4_relative.sql|a symbolic link that leads out of the directory
ignored|5_directory|a symbolic link that leads out of the directory
ignored|6_dots.sql|a symbolic link that leads out of the directory
ignored|7_chain.sql|a symbolic link that leads out of the directory
ignored|8_inside|a symbolic link to a directory' "$(load "$files")"
nothing_of_it links

echo '# the path itself may be a link, or go up: whoever names it may read all files of the server'
as_server "ln -s '$files' '$outside/link'"
is 'a link' '' "$(diff <(load "$files") <(load "$outside/link"))"
is 'dots' '' "$(diff <(load "$files") <(load "$files/sub/../../$(basename "$files")/"))"
as_server "rm '$outside/link'"
is 'a link to nowhere' "ERROR:  could not open \"$outside/link\": No such file or directory" "$(load "$outside/link" | head -n 1)"
like 'a file' 'could not open directory .*Not a directory' "$(load "$files/1_file.sql")"
like 'a fifo' 'could not open directory .*Not a directory' "$(PGOPTIONS='-c statement_timeout=20s' load "$files/15_fifo.sql")"
like 'devices' '^ERROR:  no migration was found' "$(load /dev)"

echo '# who may'
is 'a role that may not' 'ERROR:  permission denied to read files of the server' "$(load "$files" reads_not | head -n 1)"
is 'nor learn what is there' "$(load /nowhere reads_not)" "$(load "$outside" reads_not)"
is 'nor by a definer who may not' 'ERROR:  permission denied to read files of the server' "$(
    sql "CREATE FUNCTION public.f() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM migrator.load_dir(''$files'')';
         ALTER FUNCTION public.f OWNER TO reads_not"
    PGUSER=postgres sql 'SELECT public.f()' 2>&1 | sed -n 's/^psql:[^ ]* //; 1p')"

echo '# what the user of the server may not read'
as_server "rm -f '$files'/*_*.sql; echo 'SELECT 1' >'$files/1_file.sql'; echo 'SELECT 20; -- secret' >'$files/20_mine.sql'; chmod 000 '$files/20_mine.sql'"
like 'a file: all or nothing' '20_mine.sql.*Permission denied' "$(load "$files" reads unreadable)"
is 'nothing was loaded' 0 "$(sql "SELECT count(*) FROM migrator.migration WHERE module = 'unreadable'")"
as_server "rm -f '$files/20_mine.sql'; chmod 000 '$files/sub'"
like 'a directory' 'could not open directory .*Permission denied' "$(load "$files" reads unreadable)"
as_server "chmod 700 '$files/sub'"

echo '# a file that becomes a link, or a fifo, while the directory is read'
as_server "rm -rf '$files'/*; for i in \$(seq 100 199); do echo 'SELECT 1' >'$files/'\${i}_file.sql; done"
as_server "while [ ! -e '$outside/stop' ]; do
    ln -sfn '$outside/9_secret.sql' '$files/150_file.sql'; rm -f '$files/150_file.sql'; echo 'SELECT 1' >'$files/150_file.sql'
    rm -f '$files/160_file.sql'; mkfifo '$files/160_file.sql'; rm -f '$files/160_file.sql'; echo 'SELECT 1' >'$files/160_file.sql'; done" 2>/dev/null &
swapping=$!
for ((i = 0; i < 60; i++)); do
    load "$files" reads raced | grep -E '^ERROR' || true
done | sed 's/: .*//; s/"[^"]*"/.../' | sort -u >"$CLUSTER_HOME/links/errors"
as_server "touch '$outside/stop'"
wait "$swapping" || true
nothing_of_it race
is 'its errors are about files' '' "$(grep -vE 'could not (open|look|read)|has become|not a regular file|changed while' "$CLUSTER_HOME/links/errors" | grep -v '^ERROR$')"

checked
