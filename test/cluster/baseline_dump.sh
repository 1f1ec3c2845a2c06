#!/usr/bin/env bash
# baseline() of what pg_dump writes: nothing differs from the database that it comes from, whatever is in that; nor does
# anything from a database that was made by the same statements. What is changed there is what it says.
set -euo pipefail
. test/cluster/checks.bash
server baseline_dump wal_level=logical
files work

cat >"$files/schema.sql" <<'EOF'
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore SCHEMA public;
CREATE SCHEMA app;
CREATE SCHEMA "Odd ""Schema"".x";
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'it''s');
ALTER TYPE app.mood ADD VALUE 'happy';
CREATE TYPE app.pair AS (a int, b text, c app.mood[]);
CREATE TYPE app.floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE app.mr AS RANGE (subtype = int, multirange_type_name = app.mrs);
CREATE DOMAIN app.posint AS int CONSTRAINT positive CHECK (VALUE > 0) CHECK (VALUE < 1000000) NOT NULL;
CREATE DOMAIN "Dom" AS text COLLATE "C";
CREATE SEQUENCE app.free_seq;
CREATE TABLE app.users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial UNIQUE, email text NOT NULL UNIQUE,
  mood app.mood DEFAULT 'ok', p app.pair, d app.posint, low text GENERATED ALWAYS AS (lower(email)) STORED, CHECK (n > 0), CONSTRAINT named CHECK (email <> ''), during tstzrange, r app.floatrange, mr app.mrs,
  EXCLUDE USING gist (during WITH &&));
CREATE TABLE app."Child; table" (x int, y app.users, z app.users[], h hstore) INHERITS (app.users);
CREATE TABLE "Odd ""Schema"".x"."T" ("select" int, "a b" int REFERENCES app.users (n) ON DELETE CASCADE, FOREIGN KEY ("select") REFERENCES app.users (n));
CREATE TABLE parts (id int, at date NOT NULL, note text, PRIMARY KEY (id, at), UNIQUE (at, id), CHECK (id > 0), u bigint REFERENCES app.users (id)) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
CREATE TABLE parts_2a PARTITION OF parts_2 FOR VALUES IN (1, 2);
CREATE TABLE parts_d PARTITION OF parts DEFAULT;
CREATE TABLE other (id int NOT NULL, at date NOT NULL, note text, u bigint, CONSTRAINT parts_id_check CHECK (id > 0));
ALTER TABLE parts ATTACH PARTITION other FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE INDEX ON parts (note);
CREATE INDEX parts_expr ON parts (lower(note), at) WHERE note IS NOT NULL;
CREATE INDEX only_one ON parts_1 (note) INCLUDE (id);
CREATE UNIQUE INDEX ON app.users (lower(email));
CREATE INDEX trgm ON app.users USING gin (email gin_trgm_ops);
CREATE STATISTICS app.stats ON email, n FROM app.users;
CREATE FUNCTION app.f(a int, b text DEFAULT 'x', VARIADIC c text[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.f(a app.users, b app.mood[]) RETURNS SETOF app.users LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION app.f(a float, INOUT b varchar(20), OUT c numeric(10,2)) LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION app.g(a app.floatrange, b app.mrs, c timestamptz(3), d bit(3), e char(4), f interval day to second, g anyelement, h "Dom") RETURNS TABLE (x int, y text) LANGUAGE sql AS 'SELECT 1, NULL::text';
CREATE FUNCTION app.atom(a int) RETURNS int BEGIN ATOMIC SELECT a; END;
CREATE PROCEDURE app.p(a int, OUT b int) LANGUAGE plpgsql AS 'BEGIN b := 1; DROP TABLE IF EXISTS app.users; END';
CREATE FUNCTION app.trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION app.evt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE app.total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE AGGREGATE app.cnt (*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE app.pct (float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE FUNCTION app.addp(app.pair, app.pair) RETURNS app.pair LANGUAGE sql AS 'SELECT $1';
CREATE OPERATOR app.+ (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.addp, COMMUTATOR = OPERATOR(app.+));
CREATE FUNCTION app.neg(app.pair) RETURNS app.pair LANGUAGE sql AS 'SELECT $1';
CREATE OPERATOR app.@- (RIGHTARG = app.pair, FUNCTION = app.neg);
CREATE FUNCTION app.pcmp(app.mood, app.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR FAMILY app.fam USING btree;
CREATE OPERATOR CLASS app.cls FOR TYPE app.mood USING btree AS OPERATOR 1 < (anyenum, anyenum), OPERATOR 3 = (anyenum, anyenum), FUNCTION 1 app.pcmp(app.mood, app.mood);
CREATE FUNCTION app.to_pair(int) RETURNS app.pair LANGUAGE sql AS 'SELECT NULL::app.pair';
CREATE CAST (int AS app.pair) WITH FUNCTION app.to_pair(int);
CREATE CAST (app.mood AS int) WITH INOUT;
CREATE COLLATION app.coll (provider = libc, locale = 'C');
CREATE CONVERSION app.conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION app.conf (COPY = english);
CREATE TRIGGER t BEFORE INSERT ON app.users FOR EACH ROW EXECUTE FUNCTION app.trg();
CREATE TRIGGER t AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION app.trg();
CREATE CONSTRAINT TRIGGER ct AFTER INSERT ON app.users DEFERRABLE FOR EACH ROW EXECUTE FUNCTION app.trg();
CREATE EVENT TRIGGER evt ON ddl_command_start WHEN TAG IN ('CREATE CONVERSION') EXECUTE FUNCTION app.evt();
CREATE VIEW app.v AS SELECT * FROM app.users;
CREATE VIEW app.v2 WITH (security_barrier) AS SELECT 1 AS one;
CREATE TRIGGER vt INSTEAD OF INSERT ON app.v2 FOR EACH ROW EXECUTE FUNCTION app.trg();
CREATE RULE r AS ON UPDATE TO app.v2 DO INSTEAD NOTHING;
CREATE MATERIALIZED VIEW app.mv AS SELECT count(*) AS c FROM app.users;
CREATE UNIQUE INDEX ON app.mv (c);
ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON app.users USING (email = current_user);
CREATE POLICY "odd policy" ON app.users FOR INSERT WITH CHECK (true);
COMMENT ON TABLE app.users IS 'x; CREATE TABLE gone ();';
COMMENT ON COLUMN app.users.id IS 'id';
CREATE FOREIGN DATA WRAPPER fdw;
CREATE SERVER srv FOREIGN DATA WRAPPER fdw;
CREATE FOREIGN TABLE app.ft (id int NOT NULL, CHECK (id > 0)) SERVER srv;
CREATE PUBLICATION pub FOR TABLE app.users;
CREATE UNLOGGED TABLE app.unl (a int, b int, UNIQUE (a), UNIQUE (b), CHECK (a > 0), CHECK (b > 0), CHECK (a > b));
CREATE TABLE app.typed OF app.pair (PRIMARY KEY (a));
CREATE TABLE app."veryveryveryveryveryveryveryveryveryveryveryverylongtablename_12" ("alsoveryveryveryveryveryveryveryveryverylongcolumnname" int UNIQUE CHECK ("alsoveryveryveryveryveryveryveryveryverylongcolumnname" > 0));
ALTER TABLE app.users ADD CONSTRAINT late UNIQUE (id, n) DEFERRABLE INITIALLY DEFERRED;
CREATE VIEW app.c1 AS SELECT 1 AS a;
CREATE VIEW app.c2 AS SELECT a FROM app.c1;
CREATE OR REPLACE VIEW app.c1 AS SELECT a FROM (SELECT 1 AS a) x;
CREATE TYPE app.shell;
CREATE FUNCTION app.shell_in(cstring) RETURNS app.shell LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION app.shell_out(app.shell) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE app.shell (INPUT = app.shell_in, OUTPUT = app.shell_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4);
CREATE TABLE app.uses_shell (s app.shell) ;
EOF
apart() { # the WARNINGs of baseline() of a file, in a line each
    psql -X -q -v ON_ERROR_STOP=1 -v file="$1" 2>&1 >/dev/null <<'EOF' | grep -v '^HINT' || true
CREATE EXTENSION migrator;
\set text `cat :'file'`
SELECT FROM migrator.load_file('1_dump.sql', :'text');
SELECT FROM migrator.baseline('1');
EOF
}
database_of() { # a database with these extensions and objects, without migrator
    createdb "$1"
    export PGDATABASE=$1
    psql -X -q -v ON_ERROR_STOP=1 -f "$2" >/dev/null 2>&1
}

database_of dumped "$files/schema.sql"
pg_dump -s -f "$files/dump.sql"
is 'there is much to compare' t "$(sql "SELECT count(*) > 500 FROM pg_depend WHERE objid >= 16384")"
is 'pg_dump: nothing differs' '' "$(apart "$files/dump.sql")"
database_of restored "$files/dump.sql"
is 'restored: nothing differs' '' "$(apart "$files/dump.sql")"
database_of typed "$files/schema.sql"
is 'the statements that made it: nothing differs' '' "$(apart "$files/schema.sql")"
database_of crossed "$files/schema.sql"
is 'either of the other' '' "$(apart "$files/dump.sql")"

database_of changed "$files/dump.sql"
sql 'ALTER TABLE app.users RENAME email TO mail' 'DROP INDEX app.trgm' 'ALTER TABLE parts DROP CONSTRAINT parts_u_fkey' \
    'DROP FUNCTION app.f(app.users, app.mood[])' 'CREATE TABLE app.more (id serial PRIMARY KEY)' \
    'ALTER TABLE parts ADD besides int' 'CREATE INDEX besides ON parts (besides)' 'DROP EVENT TRIGGER evt' \
    'DROP EXTENSION pg_trgm' 'CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE sql RETURN 1' \
    'DROP CAST (app.mood AS int)' 'ALTER TABLE parts DETACH PARTITION parts_1'
is 'what was changed' "$(cat <<'EOF'
WARNING:  7 objects of the baseline are not in the database
DETAIL:  extension pg_trgm, of migration 1
cast (app.mood AS integer), of migration 1
column email of table app.users, of migration 1
function app.f(app.users, app.mood[]), of migration 1
index app.trgm, of migration 1
constraint parts_u_fkey of table public.parts, of migration 1
event trigger evt, of migration 1
WARNING:  7 objects of the database are created by no migration that counts as applied
DETAIL:  table app.more
index public.besides
index public.parts_1_besides_idx
column mail of table app.users
column besides of table public.parts
column besides of table public.parts_1
function app.f(integer)
EOF
)" "$(apart "$files/dump.sql")"
checked
