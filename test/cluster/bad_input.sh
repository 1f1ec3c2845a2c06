#!/usr/bin/env bash
# Directories and archives that hold what nobody wants: each gives a clear error or a row, and nothing is stored.
set -euo pipefail
. test/cluster/checks.bash

server bad
database app

stored() { sql 'SELECT count(*) FROM migrator.migration'; }
new() { # new NAME: an empty directory $dir that the server can read
    files "$1"
    dir=$files
}
refused() { # refused WHAT PATTERN: load_dir('$dir') is an error, and nothing of the directory is stored
    like "$1" "$2" "$(error_of "SELECT * FROM migrator.load_dir('$dir')")"
    is "$1: nothing is stored" 0 "$(stored)"
}
reported() { # reported WHAT SOURCE REASON: a row says why it is not taken, beside a file that is
    echo 'SELECT 0;' >"$dir/0_good.sql"
    is "$1" "$2|$3" "$(sql "SELECT source, reason FROM migrator.load_dir('$dir') WHERE action = 'ignored'")"
    sql "SELECT migrator.unload(version::text) FROM migrator.migration" >/dev/null
}

echo '# bytes'
new latin1
printf 'SELECT 1;\n' >"$dir/1_good.sql"
printf 'SELECT 1;\nSELECT %s;\n' "'gr"$'\xfc'"n'" >"$dir/2_latin1.sql"
refused 'an invalid byte' '22021: .*2_latin1\.sql, line 2: invalid byte sequence for encoding "UTF8": 0xfc'
new nul
printf 'SELECT 1;\n\0\n' >"$dir/1_nul.sql"
refused 'a NUL' '22021: .*1_nul\.sql, line 2: invalid byte sequence for encoding "UTF8": 0x00'
new binary
head -c 4096 /bin/ls >"$dir/1_binary.sql"
refused 'a program' '22021: .*1_binary\.sql, line 1: invalid byte sequence'
new utf16
printf 'SELECT 1;' | iconv -t UTF-16 >"$dir/1_utf16.sql"
refused 'UTF-16' '22021: .*1_utf16\.sql, line 1: invalid byte sequence'

echo '# sizes'
new large
printf 'SELECT 1;\n' >"$dir/1_good.sql"
truncate -s 1100M "$dir/2_large.sql"
refused 'a file larger than a text value' '54000: .*2_large\.sql" of 1153433600 bytes is too large'
new many
for i in 1 2 3; do
    { echo 'SELECT 1 --'; head -c 400000000 /dev/zero | tr '\0' x; } >"$dir/${i}_large.sql"
done
refused 'files that are too large together' '54000: .*larger than 1073741824 bytes together'
rm -r "$dir"

echo '# what is no readable file'
new unreadable
printf 'SELECT 1;\n' >"$dir/1_good.sql"
printf 'SELECT 1;\n' >"$dir/2_closed.sql"
chmod 000 "$dir/2_closed.sql"
refused 'a file that the server may not read' '42501: .*2_closed\.sql": Permission denied'
new closed
mkdir "$dir/sub"
chmod 000 "$dir/sub"
refused 'a directory that the server may not read' '42501: .*/sub": Permission denied'
chmod 755 "$dir/sub"
new fifo
mkfifo "$dir/1_fifo.sql"
reported 'a pipe' 1_fifo.sql 'not a regular file'
new device
if mknod "$dir/1_zero.sql" c 1 5 2>/dev/null; then
    reported 'a device' 1_zero.sql 'not a regular file'
fi
new loop
ln -s b.sql "$dir/a.sql"
ln -s a.sql "$dir/b.sql"
echo 'SELECT 0;' >"$dir/0_good.sql"
is 'a loop of links' 'a.sql|a symbolic link that leads nowhere
b.sql|a symbolic link that leads nowhere' "$(sql "SELECT source, reason FROM migrator.load_dir('$dir') WHERE action = 'ignored'" \
    "SELECT FROM migrator.unload('0')" | grep .)"
new root_loop
ln -s . "$dir/again"
reported 'a link to the directory itself' again 'a symbolic link to a directory'
new outside
ln -s /dev/zero "$dir/1_zero.sql"
reported 'a link to a device' 1_zero.sql 'a symbolic link that leads out of the directory'

echo '# names'
new newline
printf 'SELECT 1;\n' >"$dir/1_two"$'\n'"lines.sql"
reported 'a path with a newline' '1_two\x0alines.sql' \
    'the name has control characters, or is not valid in the encoding of the database'
new foreign
printf 'SELECT 1;\n' >"$dir/1_gr"$'\xfc'"n.sql"
reported 'a path that is not text' '1_gr\xfcn.sql' \
    'the name has control characters, or is not valid in the encoding of the database'
new long
printf 'SELECT 1;\n' >"$dir/$(printf '1%.0s' {1..245})_x.sql"
is 'a version of 245 digits' 'added' "$(sql "SELECT action FROM migrator.load_dir('$dir')")"
sql "SELECT migrator.unload(version::text) FROM migrator.migration" >/dev/null
new deep
path=$dir
for _ in {1..40}; do path+=/d; done
mkdir -p "$path"
printf 'SELECT 1;\n' >"$path/1_deep.sql"
echo 'SELECT 0;' >"$dir/0_good.sql"
like 'too many directories' 'too many directories deep' "$(sql "SELECT reason FROM migrator.load_dir('$dir')" \
    "SELECT FROM migrator.unload('0')")"
new file
printf 'SELECT 1;\n' >"$dir/1_x.sql"
dir+=/1_x.sql
refused 'a file for a directory' '58P01: .*1_x\.sql/?": Not a directory'

echo '# a directory that changes under it'
new changing
{ echo 'SELECT 1 --'; head -c 60000000 /dev/zero | tr '\0' x; } >"$dir/1_grows.sql"
(while sleep 0.001; do echo ' more' >>"$dir/1_grows.sql" || exit; done) 2>/dev/null &
writer=$!
seen=
for _ in {1..20}; do
    seen=$(error_of "SELECT * FROM migrator.load_dir('$dir')")
    [[ $seen == *changed* ]] && break
    sql "SELECT migrator.unload(version::text) FROM migrator.migration" >/dev/null
done
kill "$writer"
wait "$writer" 2>/dev/null || true
like 'a file that grows' '58030: .*"1_grows\.sql" changed while it was read' "$seen"
is 'nothing is stored' 0 "$(stored)"
rm -r "$dir"

echo '# archives'
# As docs/client.md has it: psql sends the archive in a variable.
with_tar() { # with_tar PSQL_ARGUMENTS.. of the file $archive
    printf '%s\n' "\\set tar \`base64 -w0 '$archive'\`" \
        "SELECT source, action, reason FROM migrator.load_tar(decode(:'tar', 'base64')) ORDER BY source;" |
        psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}
archive=$CLUSTER_TEMP/bad/tar
tar_refused() { # tar_refused WHAT PATTERN
    local out
    out=$({ with_tar -v VERBOSITY=verbose >/dev/null && echo 'no error'; } 2>&1) || true
    like "$1" "$2" "$out"
    is "$1: nothing is stored" 0 "$(stored)"
}
new tar
printf 'SELECT 1;\n' >"$dir/1_a.sql"
printf 'SELECT 2;\n' >"$dir/2_b.sql"
: >"$archive"
tar_refused 'no archive' '22P03: .*the archive is empty'
echo 'SELECT 1' >"$archive"
tar_refused 'a text' '22P03: .*the archive is truncated, or is not a tar archive'
tar -C "$dir" -cf - . | head -c 2000 >"$archive"
tar_refused 'half an archive' '22P03: .*the archive is truncated'
tar -C "$dir" -czf - . | head -c 150 >"$archive"
tar_refused 'half a compressed archive' '22P03: .*the archive cannot be read'
tar -C "$dir" -P -cf "$archive" "$dir/1_a.sql"
tar_refused 'an absolute path' '22P03: .*absolute path'
tar -C "$dir" -P --transform 's,^\./,../,' -cf "$archive" ./1_a.sql
tar_refused 'a path that leads out' '22P03: .*leads out'
tar -C "$dir" -cf "$archive" ./1_a.sql
tar -C "$dir" -rf "$archive" ./1_a.sql
tar_refused 'a file twice' 'MG005: .*two files "1_a\.sql"'
truncate -s 1200M "$dir/3_bomb.sql"
tar -C "$dir" -czf "$archive" 3_bomb.sql
rm "$dir/3_bomb.sql"
tar_refused 'an archive that unpacks to more than it should' '54000: .*3_bomb\.sql.* more than'
printf 'SELECT %s;\n' "'"$'\xff'"'" >"$dir/3_c.sql"
tar -C "$dir" -cf "$archive" .
tar_refused 'an invalid byte' '22021: .*3_c\.sql, line 1: invalid byte sequence'
rm "$dir/3_c.sql"
ln -s /etc/passwd "$dir/3_link.sql"
mkfifo "$dir/4_fifo.sql"
mkdir "$dir/.git"
echo 'SELECT 1' >"$dir/.git/5_hidden.sql"
tar -C "$dir" -cf "$archive" .
is 'links, pipes and what is hidden are reported' '.git/5_hidden.sql|ignored|in a hidden directory
1_a.sql|added|
2_b.sql|added|
3_link.sql|ignored|a symbolic link
4_fifo.sql|ignored|not a regular file' "$(with_tar)"

echo '# a thousand files from a client'
new thousand
for ((i = 1; i <= 1000; i++)); do
    printf -- '-- UP\nCREATE TABLE sent_%d (n int);\n-- DOWN\nDROP TABLE sent_%d;\n' "$i" "$i" >"$dir/${i}_sent.sql"
done
sql "SELECT migrator.unload(version::text) FROM migrator.migration" >/dev/null
for options in -cf -czf; do
    tar -C "$dir" $options "$archive" .
    is "all are taken (tar $options)" 1000 "$(with_tar | grep -cE '\|(added|unchanged)\|')"
done
is 'and are those that the server reads from its disk' 'unchanged|1000' \
    "$(sql "SELECT action, count(*) FROM migrator.load_dir('$dir') GROUP BY 1")"
is 'they run' 'applied|1000' "$(sql 'SELECT status, count(*) FROM migrator.apply() GROUP BY 1')"
checked
