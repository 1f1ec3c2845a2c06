-- baseline() compares what the baselined bodies create with what the database has, by names, in both directions.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA kept;
SET search_path = kept;

-- What several bodies create together, without what later ones drop, under the names that later ones give.
\set one 'CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM (\'sad\', \'ok\'); CREATE DOMAIN app.percent AS int CHECK (VALUE < 101); CREATE TYPE app.pair AS (a int, b text); CREATE TYPE app.span AS RANGE (subtype = float8); CREATE TABLE app.users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial UNIQUE, email text NOT NULL UNIQUE, mood app.mood, CHECK (n > 0), CONSTRAINT named CHECK (email <> \'\')); CREATE TABLE app.old (id int PRIMARY KEY, user_id int REFERENCES app.users, note text); CREATE TABLE app.gone (id int PRIMARY KEY, x int); CREATE INDEX gone_x ON app.gone (x); CREATE INDEX ON app.old (note); CREATE INDEX old_lower ON app.old (lower(note)); CREATE SEQUENCE app.numbers; CREATE SEQUENCE app.owned OWNED BY app.gone.x'
\set two 'CREATE FUNCTION app.f(a int, b text DEFAULT \'x\', VARIADIC c text[] DEFAULT \'{}\') RETURNS int LANGUAGE sql AS \'SELECT 1\'; CREATE FUNCTION app.f(app.users, app.mood[], OUT x int) LANGUAGE sql AS \'SELECT 1\'; CREATE PROCEDURE app.p(int) LANGUAGE sql AS \'\'; CREATE AGGREGATE app.total (int) (SFUNC = int4pl, STYPE = int); CREATE FUNCTION app.on_row() RETURNS trigger LANGUAGE plpgsql AS \'BEGIN RETURN NEW; END\'; CREATE TRIGGER on_row BEFORE INSERT ON app.users FOR EACH ROW EXECUTE FUNCTION app.on_row(); CREATE POLICY mine ON app.users USING (true); CREATE VIEW app.names AS SELECT email FROM app.users; CREATE MATERIALIZED VIEW app.counts AS SELECT count(*) FROM app.users; CREATE RULE nothing AS ON INSERT TO app.names DO INSTEAD NOTHING; CREATE STATISTICS app.stats ON id, n FROM app.users; CREATE TABLE app.parts (id int, at date, CHECK (id > 0), UNIQUE (id, at)) PARTITION BY RANGE (at); CREATE TABLE app.part_1 PARTITION OF app.parts DEFAULT; CREATE INDEX parts_at ON app.parts (at); CREATE TABLE app.child (y int) INHERITS (app.old); CREATE OPERATOR app.=# (LEFTARG = int, RIGHTARG = text, FUNCTION = app.on_text)'
\set helper 'CREATE FUNCTION app.on_text(int, text) RETURNS boolean LANGUAGE sql AS \'SELECT true\''
\set three 'ALTER TABLE app.old RENAME TO orders; ALTER TABLE app.orders RENAME note TO remark; ALTER TABLE app.orders ADD total numeric, DROP user_id, ADD CONSTRAINT positive CHECK (total > 0); ALTER INDEX app.old_lower RENAME TO orders_lower; DROP TABLE app.gone; ALTER TABLE app.users RENAME CONSTRAINT named TO email_given; ALTER TYPE app.mood RENAME VALUE \'sad\' TO \'bad\'; ALTER TYPE app.pair ADD ATTRIBUTE c int; ALTER TYPE app.pair RENAME ATTRIBUTE a TO first; ALTER FUNCTION app.f(int, text, text[]) RENAME TO f3; ALTER TRIGGER on_row ON app.users RENAME TO before_row; ALTER POLICY mine ON app.users RENAME TO yours; ALTER DOMAIN app.percent RENAME TO per_cent; ALTER TABLE app.users ADD CONSTRAINT id_and_n UNIQUE (id, n); CREATE UNIQUE INDEX by_mood ON app.users (mood, id); ALTER TABLE app.users ADD CONSTRAINT mood_key UNIQUE USING INDEX by_mood; ALTER SEQUENCE app.numbers RENAME TO figures; ALTER TABLE app.orders SET SCHEMA kept; ALTER SCHEMA app RENAME TO shop; DROP VIEW shop.names; ALTER TABLE shop.parts DETACH PARTITION shop.part_1'
:one;
:helper;
:two;
:three;
SELECT migrator.load('1', 'one', :'one'), migrator.load('2', 'helper', :'helper'), migrator.load('3', 'two', :'two'), migrator.load('4', 'three', :'three');
SELECT * FROM migrator.baseline('4', reason => 'it was there before');
SELECT DISTINCT action, result, reason FROM migrator.history;
SET client_min_messages = notice;
SELECT * FROM migrator.baseline('4');

-- What is missing then, and what is there besides, is exactly what has been changed here. What is part of something that
-- is missing, or that is there besides, is not repeated.
BEGIN;
DROP TABLE kept.orders CASCADE;
DROP INDEX shop.parts_at;
ALTER TABLE shop.users DROP mood, ADD extra int, DROP CONSTRAINT id_and_n, ADD UNIQUE (email, n);
ALTER FUNCTION shop.f3(int, text, text[]) RENAME TO f4;
CREATE TABLE shop.besides (id serial PRIMARY KEY, CHECK (id > 0));
CREATE INDEX ON shop.besides (id);
CREATE SCHEMA more CREATE TABLE t () CREATE VIEW v AS SELECT 1 AS one;
SELECT * FROM migrator.baseline('4');
ROLLBACK;
BEGIN;
DROP TRIGGER before_row ON shop.users;
DROP POLICY yours ON shop.users;
DROP FUNCTION shop.f(shop.users, shop.mood[]);
DROP PROCEDURE shop.p;
DROP AGGREGATE shop.total(int);
DROP MATERIALIZED VIEW shop.counts;
ALTER TYPE shop.pair DROP ATTRIBUTE c;
DROP DOMAIN shop.per_cent;
DROP TYPE shop.span;
DROP SEQUENCE shop.figures;
DROP OPERATOR shop.=# (int, text);
DROP STATISTICS shop.stats;
ALTER TABLE shop.parts DROP CONSTRAINT parts_id_at_key;
ALTER TABLE shop.users ALTER mood DROP DEFAULT, DROP CONSTRAINT users_n_key;
SELECT * FROM migrator.baseline('4');
ROLLBACK;
BEGIN;
ALTER TYPE shop.mood RENAME TO temper;
CREATE FUNCTION shop.f(shop.users) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER besides BEFORE UPDATE ON shop.users FOR EACH ROW EXECUTE FUNCTION shop.on_row();
CREATE POLICY besides ON shop.users USING (true);
CREATE RULE besides AS ON INSERT TO shop.parts DO INSTEAD NOTHING;
CREATE SEQUENCE shop."Be ""sides""";
CREATE SEQUENCE shop.is_owned OWNED BY shop.users.id;
ALTER TYPE shop.pair ADD ATTRIBUTE besides int;
CREATE DOMAIN shop.besides AS int CHECK (VALUE > 0);
CREATE AGGREGATE shop.besides (*) (SFUNC = int8inc, STYPE = int8, INITCOND = 0);
SELECT * FROM migrator.baseline('4');
ROLLBACK;
-- A whole schema is one object.
BEGIN;
DROP SCHEMA shop CASCADE;
DROP SCHEMA kept CASCADE;
SELECT * FROM migrator.baseline('4');
ROLLBACK;

-- Each row says what its migration creates and the database lacks.
SET client_min_messages = error;
-- The notes about these bodies, as if they were migrations 1 to n.
CREATE FUNCTION kept.notes(VARIADIC bodies text[]) RETURNS TABLE (n bigint, note text) LANGUAGE plpgsql AS $$
DECLARE
    notes text[];
BEGIN
    BEGIN
        PERFORM migrator.load(i::text, '', body, module => 'other') FROM unnest(bodies) WITH ORDINALITY b(body, i);
        notes := ARRAY(SELECT b.note FROM migrator.baseline(array_length(bodies, 1)::text, 'other') b);
        RAISE EXCEPTION 'undo it';
    EXCEPTION WHEN raise_exception THEN NULL;
    END;
    RETURN QUERY SELECT i, replace(one, 'not in the database: ', '') FROM unnest(notes) WITH ORDINALITY n(one, i);
END $$;
SELECT * FROM kept.notes('CREATE TABLE a (); CREATE TABLE kept.b (x int)', 'CREATE TABLE c (); DROP TABLE a', 'CREATE INDEX i ON kept.b (x)');
SELECT note FROM kept.notes((SELECT string_agg(format('CREATE TABLE t%s ()', i), ';' ORDER BY i) FROM generate_series(1, 12) i));
-- Names without a schema go by the search_path of the body, else by that of the caller.
SELECT * FROM kept.notes('CREATE TABLE a (); SET search_path = shop, kept; CREATE TABLE b (); RESET search_path; CREATE TABLE c ()',
                         'SELECT pg_catalog.set_config(''search_path'', '''', false); CREATE TABLE public.d ()', 'CREATE TABLE e ()',
                         'SET search_path = not_there, shop; CREATE TABLE g (); CREATE FUNCTION h(mood) RETURNS int LANGUAGE sql AS ''''',
                         'SET search_path = shop; DROP FUNCTION h(mood)', 'CREATE SCHEMA its CREATE TABLE own (); SET search_path = its; CREATE TABLE more ()');
SELECT * FROM kept.notes('CREATE TEMP TABLE t (a int); CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT * FROM t; CREATE TABLE pg_temp.u ()',
                         'CREATE TABLE t ()');
-- IF NOT EXISTS, OR REPLACE, LIKE, CREATE TABLE AS
SELECT * FROM kept.notes('CREATE TABLE IF NOT EXISTS shop.users (other int); ALTER TABLE shop.users ADD COLUMN IF NOT EXISTS email text; '
                         'CREATE OR REPLACE FUNCTION shop.p(int) RETURNS int LANGUAGE sql AS ''''; CREATE TABLE shop.parts (LIKE shop.users INCLUDING ALL)');
-- CASCADE takes along what mentions the object.
SELECT * FROM kept.notes('CREATE TABLE a (id int PRIMARY KEY); CREATE VIEW v AS SELECT * FROM a; CREATE VIEW w AS SELECT * FROM v; '
                         'CREATE TABLE b (id int CONSTRAINT fk REFERENCES a); CREATE TYPE ty AS ENUM (); CREATE TABLE kept.c (x ty); CREATE VIEW z AS SELECT 1',
                         'DROP TABLE a CASCADE; DROP TYPE ty CASCADE');
CREATE TABLE kept.refers (id int);
SELECT * FROM kept.notes('CREATE TABLE t (id int CONSTRAINT pk PRIMARY KEY); CREATE TABLE kept.refers (id int CONSTRAINT fk REFERENCES t, CONSTRAINT ck CHECK (id > 0))',
                         'ALTER TABLE t DROP CONSTRAINT pk CASCADE');
DROP TABLE kept.refers;
SELECT * FROM kept.notes('CREATE SCHEMA s; CREATE TABLE s.t (); CREATE TABLE t2 (); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS ''''', 'DROP SCHEMA s CASCADE');
-- What a DO block, a function or a computed command may have dropped is not missing; what it makes is not seen.
SELECT * FROM kept.notes('CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c (); CREATE TABLE "D d" ()',
                         'DO $do$ BEGIN DROP TABLE a; EXECUTE ''ALTER TABLE b RENAME TO bb''; DROP TABLE "D d"; END $do$');
SELECT * FROM kept.notes('CREATE TABLE a ()', 'DO $do$ BEGIN PERFORM 1 FROM a; EXECUTE ''SELECT '' || 1; END $do$');
SELECT * FROM kept.notes('CREATE TABLE a ()', 'DO $do$ BEGIN EXECUTE ''DROP TABLE '' || chr(97); END $do$', 'CREATE TABLE b ()');
SELECT * FROM kept.notes('CREATE TABLE a (); CREATE TABLE b (); CREATE FUNCTION drop_it(name text) RETURNS void LANGUAGE plpgsql AS ''BEGIN EXECUTE format(''''DROP TABLE %I'''', name); END''',
                         'SELECT 1', 'SELECT drop_it(''a'')', 'CREATE TABLE c ()');
SELECT * FROM kept.notes('CREATE TABLE a (); CREATE FUNCTION drops() RETURNS void LANGUAGE sql AS ''DROP TABLE a''; CREATE FUNCTION calls() RETURNS void LANGUAGE plpgsql AS ''BEGIN PERFORM drops(); END''',
                         'DO $do$ BEGIN PERFORM calls(); END $do$', 'CREATE TABLE b (); CREATE OR REPLACE FUNCTION calls() RETURNS void LANGUAGE plpgsql AS ''BEGIN END''', 'SELECT calls()');
SELECT * FROM kept.notes('CREATE TABLE a ()', 'DROP OWNED BY CURRENT_USER', 'CREATE TABLE b ()');
-- Of a type that is not known only the name of the function counts; it is one of those that are there, or missing.
SELECT * FROM kept.notes('CREATE FUNCTION shop.f(no_such_type) RETURNS int LANGUAGE sql AS ''''; CREATE FUNCTION shop.ff(no_such_type) RETURNS int LANGUAGE sql AS ''''');
-- A server's choice of a name may differ.
CREATE TABLE kept.chosen (a int CONSTRAINT a_is_unique UNIQUE, b int CONSTRAINT b_is_positive CHECK (b > 0));
CREATE INDEX a_and_b ON kept.chosen (a, b);
SELECT * FROM kept.notes('CREATE TABLE kept.chosen (a int UNIQUE, b int CHECK (b > 0), CHECK (a > b)); CREATE INDEX ON kept.chosen (a, b); CREATE INDEX ON kept.chosen (b)');

-- A column, a constraint and an index go with the function that they call.
SELECT * FROM kept.notes('CREATE FUNCTION kept.even(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS ''SELECT true''; '
                         'CREATE TABLE kept.chosen (a int, g boolean GENERATED ALWAYS AS (kept.even(a)) STORED, CONSTRAINT e CHECK (kept.even(a)), CONSTRAINT other CHECK (a > 0)); '
                         'CREATE INDEX of_even ON kept.chosen (kept.even(a)); CREATE INDEX of_a ON kept.chosen (a)', 'DROP FUNCTION kept.even CASCADE');

-- A view as an old pg_dump writes it, and statistics in another schema than their table.
CREATE VIEW kept.old_view AS SELECT 1 AS a;
CREATE STATISTICS kept.far ON id, email FROM shop.users;
SELECT * FROM kept.notes('CREATE TABLE kept.old_view (a int); CREATE RULE "_RETURN" AS ON SELECT TO kept.old_view DO INSTEAD SELECT 1 AS a; CREATE STATISTICS kept.far ON id, email FROM shop.users; CREATE STATISTICS kept.near ON id, n FROM shop.users',
                         'DROP STATISTICS kept.near', 'CREATE STATISTICS kept.new ON id, n FROM shop.users');

-- What other modules, and migrations that have run, have created is not there without a reason.
SET client_min_messages = warning;
DROP SCHEMA kept CASCADE;
DROP SCHEMA shop CASCADE;
DROP EXTENSION migrator;
CREATE EXTENSION migrator;
RESET search_path;
SELECT FROM migrator.load('1', 'a', 'CREATE TABLE a (id int)', module => 'first'), migrator.apply(module => 'first');
SELECT FROM migrator.load('1', 'b', 'CREATE TABLE b (id int)', 'DROP TABLE b'), migrator.apply();
CREATE TABLE c (id int);
SELECT FROM migrator.load('2', 'c', 'CREATE TABLE c (id int)');
SELECT * FROM migrator.baseline('2');
-- A migration that was rolled back has created nothing any more.
SELECT FROM migrator.rollback();
CREATE TABLE b (id int);
SELECT * FROM migrator.baseline('2');
DROP TABLE a, b, c;
-- Of a dump with the extension in it, nothing of that is missing.
SELECT FROM migrator.load('1', '', 'CREATE SCHEMA migrator; CREATE EXTENSION IF NOT EXISTS migrator WITH SCHEMA migrator; CREATE SCHEMA public', module => 'dump');
SELECT * FROM migrator.baseline('1', 'dump');
-- The reason is kept, or there is none.
SELECT * FROM migrator.load('3', 'd', 'SELECT 3');
SELECT * FROM migrator.baseline('3', reason => ' ');
\echo :LAST_ERROR_SQLSTATE
DROP EXTENSION migrator;
