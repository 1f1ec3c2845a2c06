-- load_dir(), load_dirs() and load_tar() see all files of a module: what has no file among them any more is not run.
SET client_min_messages = warning;
SET migrator.on_hazard = 'ignore';
\pset null -
\pset format unaligned
\pset tuples_only on
CREATE EXTENSION migrator;
\getenv files PG_ABS_SRCDIR
\set archive :files /test/psql/archive.sql
\set ECHO none
\i :archive
-- Loads `path|content` each, as one archive.
CREATE FUNCTION load(files text[], module text DEFAULT 'main', keep_absent boolean DEFAULT false, strict boolean DEFAULT false,
                     convention text DEFAULT 'auto')
    RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws('|', l.version, l.name, l.action, l.source, l.reason)
    FROM migrator.load_tar((SELECT coalesce(string_agg(entry(split_part(f, '|', 1), substr(f, strpos(f, '|') + 1)), ''), '') || zeros(1024)
                            FROM unnest(files) f), convention, module => module, keep_absent => keep_absent, strict => strict) l
$$;
CREATE FUNCTION statuses(module text DEFAULT 'main') RETURNS SETOF text LANGUAGE sql AS
    $$SELECT concat_ws('|', version, name, status, detail) FROM migrator.status(module)$$;
CREATE TABLE ran (what text);

-- A pending one is set aside: in no plan, named with its status, and by every load.
SELECT load('{"1_a.sql|INSERT INTO ran VALUES (''a'')","2_b.sql|INSERT INTO ran VALUES (''b'')","3_c.sql|INSERT INTO ran VALUES (''c'')"}');
SELECT load('{"1_a.sql|INSERT INTO ran VALUES (''a'')","3_c.sql|INSERT INTO ran VALUES (''c'')"}');
SELECT load('{"1_a.sql|INSERT INTO ran VALUES (''a'')","3_c.sql|INSERT INTO ran VALUES (''c'')"}');
SELECT statuses();
SELECT version, sql FROM migrator.plan();
SELECT version FROM migrator.rehearse();
SELECT migrator.report() LIKE '%2 pending%';
SELECT count(*) FROM migrator.conflicts();
SELECT version, rule FROM migrator.lint() WHERE version = '2';
SELECT applied, pending, failed FROM migrator.summary();
\set VERBOSITY default
SELECT * FROM migrator.apply('2');
SELECT * FROM migrator.baseline('2');
SELECT * FROM migrator.rollback_to('2');
SELECT version, status FROM migrator.apply('1');
-- Its file comes back, changed or not; also by load_file() and load().
SELECT load('{"1_a.sql|INSERT INTO ran VALUES (''a'')","2_b.sql|INSERT INTO ran VALUES (''b'')","3_c.sql|INSERT INTO ran VALUES (''c'')"}');
SELECT statuses();
SELECT load('{"1_a.sql|INSERT INTO ran VALUES (''a'')"}');
SELECT version, action FROM migrator.load_file('2_b.sql', 'INSERT INTO ran VALUES (''b'')');
SELECT migrator.load('3', 'c', 'INSERT INTO ran VALUES (''C'')');
SELECT statuses();
-- What was loaded as a text has no file that could be gone.
SELECT load('{"1_a.sql|INSERT INTO ran VALUES (''a'')"}');
SELECT statuses();
-- An applied one stays applied.
SELECT version, status FROM migrator.apply();
SELECT load('{"2_b.sql|INSERT INTO ran VALUES (''b'')"}');
SELECT statuses();
SELECT load('{"2_b.sql|INSERT INTO ran VALUES (''b'')"}');
SELECT count(*) FROM migrator.apply();
CALL migrator.apply_each();
TABLE ran;
-- Rolled back without a file, it is not run again.
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|-- UP\nSELECT 2;\n-- DOWN\nSELECT -2;"}', 'undone');
SELECT version FROM migrator.apply(module => 'undone');
SELECT load('{"1_a.sql|SELECT 1"}', 'undone');
SELECT version, status FROM migrator.rollback(module => 'undone');
SELECT version, status FROM migrator.apply(module => 'undone');
SELECT load('{"1_a.sql|SELECT 1"}', 'undone');
SELECT statuses('undone');
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|-- UP\nSELECT 2;\n-- DOWN\nSELECT -2;"}', 'undone');
SELECT version, status FROM migrator.apply(module => 'undone');

-- keep_absent: nothing is set aside, and what is stays so.
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2"}', 'kept');
SELECT load('{"3_c.sql|SELECT 3"}', 'kept', keep_absent => true);
SELECT statuses('kept');
SELECT load('{"1_a.sql|SELECT 1"}', 'kept');
SELECT load('{"4_d.sql|SELECT 4"}', 'kept', keep_absent => true);
SELECT statuses('kept');
SELECT migrator.unload('2', 'kept');
SELECT version FROM migrator.apply(module => 'kept');
-- Nothing to do, with and without one set aside before, between and after the others.
SELECT load('{"3_c.sql|SELECT 3"}', 'kept2');
SELECT version FROM migrator.apply(module => 'kept2');
SELECT load('{"1_a.sql|SELECT 1","3_c.sql|SELECT 3","5_e.sql|SELECT 5"}', 'kept2');
SELECT load('{"3_c.sql|SELECT 3"}', 'kept2');
SELECT count(*) FROM migrator.apply(module => 'kept2');
SELECT load('{"3_c.sql|SELECT 3","5_e.sql|SELECT 5"}', 'kept2');
SELECT version FROM migrator.apply(module => 'kept2');

-- failed, partial, repeatable, snapshot.
SELECT load('{"1_fails.sql|SELECT 1/0"}', 'failed');
CALL migrator.apply_each(module => 'failed');
SELECT load('{"2_right.sql|SELECT 2"}', 'failed');
SELECT statuses('failed');
CALL migrator.apply_each(module => 'failed');
SELECT load(E'{"1_half.sql|-- migrator: no-transaction\nSELECT 1; SELECT 1/(SELECT count(*) FROM ran WHERE what = ''go on'')","2_x.sql|SELECT 2"}', 'partial');
CALL migrator.apply_each(module => 'partial');
SELECT load('{"2_x.sql|SELECT 2"}', 'partial');
SELECT statuses('partial');
INSERT INTO ran VALUES ('go on');
CALL migrator.apply_each(module => 'partial');
SELECT statuses('partial');
-- Also where nothing else is left to do.
SELECT load(E'{"1_x.sql|SELECT 1","2_half.sql|-- migrator: no-transaction\nSELECT 1; SELECT 1/(SELECT count(*) FROM ran WHERE what = ''again'')"}', 'partial2');
CALL migrator.apply_each(module => 'partial2');
SELECT load('{"1_x.sql|SELECT 1"}', 'partial2');
INSERT INTO ran VALUES ('again');
CALL migrator.apply_each(module => 'partial2');
SELECT statuses('partial2');
SELECT load('{"V1__a.sql|SELECT 1","R__views.sql|SELECT 2","B7__base.sql|SELECT 3"}', 'flyway');
SELECT load('{"V1__a.sql|SELECT 1"}', 'flyway');
SELECT statuses('flyway');
SELECT version, status FROM migrator.apply(module => 'flyway');
SELECT load('{"V1__a.sql|SELECT 1","R__views.sql|SELECT 2"}', 'flyway');
SELECT version, status FROM migrator.apply(module => 'flyway');
SELECT load('{"V1__a.sql|SELECT 1","R__views.sql|SELECT 22"}', 'flyway');
SELECT load('{"V1__a.sql|SELECT 1"}', 'flyway');
SELECT statuses('flyway');
SELECT count(*) FROM migrator.apply(module => 'flyway');
-- What requires it says why it cannot run.
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|-- migrator: requires=1\nSELECT 2"}', 'requires');
SELECT load(E'{"2_b.sql|-- migrator: requires=1\nSELECT 2"}', 'requires');
SELECT * FROM migrator.apply(module => 'requires');
-- By its name, another one is meant that has it now.
SELECT load(E'{"3_a.sql|SELECT 3","4_b.sql|-- migrator: requires=a\nSELECT 4"}', 'requires');
SELECT version FROM migrator.apply(module => 'requires');

-- Renamed and re-dated while pending: one row, and one migration. The same name goes before the order.
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2","3_c.sql|SELECT 2"}', 'renamed');
SELECT load('{"5_a.sql|SELECT 1","6_other.sql|SELECT 2","7_b.sql|SELECT 2 -- x"}', 'renamed');
SELECT statuses('renamed');
SELECT load('{"5_a.sql|SELECT 1","8_b.sql|SELECT 2"}', 'renamed');
SELECT statuses('renamed');
SELECT load('{"5_a.sql|SELECT 1","6_other.sql|SELECT 2","8_b.sql|SELECT 2"}', 'renamed');
-- Set aside first, renamed later.
SELECT load('{"5_a.sql|SELECT 1"}', 'renamed');
SELECT load('{"5_a.sql|SELECT 1","9_b.sql|SELECT 2"}', 'renamed');
-- One that has run would run again.
SELECT version FROM migrator.apply(module => 'renamed');
SELECT load('{"5_a.sql|SELECT 1","10_b.sql|SELECT 2"}', 'renamed');
\echo :LAST_ERROR_SQLSTATE
SELECT statuses('renamed');
SELECT load('{"5_a.sql|SELECT 1","9_b.sql|SELECT 2"}', 'renamed');
SELECT load('{"5_a.sql|SELECT 1","10_b.sql|SELECT 2"}', 'renamed', keep_absent => true);
SELECT load('{"5_a.sql|SELECT 1","10_b.sql|SELECT 2"}', 'renamed');
SELECT version FROM migrator.apply(module => 'renamed');
-- One that is out of order is so no longer once its file has a later version, and one that fails is not in the way.
SELECT load('{"2_b.sql|SELECT 2"}', 'late');
SELECT version FROM migrator.apply(module => 'late');
SELECT load('{"1_late.sql|SELECT 1","2_b.sql|SELECT 2"}', 'late');
SELECT * FROM migrator.apply(module => 'late');
SELECT load('{"3_late.sql|SELECT 1","2_b.sql|SELECT 2"}', 'late');
SELECT version FROM migrator.apply(module => 'late');
SELECT load('{"3_late.sql|SELECT 1","2_b.sql|SELECT 2","4_fails.sql|SELECT budgt"}', 'late');
SELECT * FROM migrator.apply(module => 'late');
SELECT load('{"3_late.sql|SELECT 1","2_b.sql|SELECT 2","4_works.sql|SELECT 5"}', 'late');
SELECT version FROM migrator.apply(module => 'late');
SELECT migrator.load('1', 'text', 'SELECT 1', module => 'late');
SELECT * FROM migrator.apply(module => 'late');
SELECT migrator.unload('1', 'late'), migrator.load('5', 'text', 'SELECT 1', module => 'late');
SELECT version FROM migrator.apply(module => 'late');
-- A baseline and a part count too; nothing and what is repeatable do not.
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2"}', 'baseline');
SELECT * FROM migrator.baseline('2', 'baseline');
SELECT load('{"3_a.sql|SELECT 1","4_b.sql|SELECT 2"}', 'baseline');
SELECT load(E'{"1_half.sql|-- migrator: no-transaction\nSELECT 1; SELECT 1/0","9_empty.sql|"}', 'part');
CALL migrator.apply_each(module => 'part');
SELECT load(E'{"2_half.sql|-- migrator: no-transaction\nSELECT 1; SELECT 1/0","9_empty.sql|"}', 'part');
SELECT load('{"1_empty.sql|","R__views.sql|SELECT 1"}', 'again', convention => 'home');
SELECT load('{"V1__empty.sql|","R__views.sql|SELECT 1"}', 'again');
SELECT version FROM migrator.apply(module => 'again');
SELECT load('{"V2__empty.sql|","R__all_views.sql|SELECT 1"}', 'again');

-- A .sql file that is not taken is a WARNING too, unless its tool leaves it out as well; strict refuses it.
SELECT load('{"1_a.sql|SELECT 1","add_budget.sql|SELECT 2","README.md|x"}', 'untaken');
SELECT load('{"1_a.sql|SELECT 1","b.sql|SELECT 2","c.SQL|x","d.sql|x","e/f.sql|x"}', 'untaken');
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2","add_budget.sql|SELECT 2","README.md|x"}', 'untaken', strict => true);
\echo :LAST_ERROR_SQLSTATE
SELECT statuses('untaken');
SELECT load('{"1_a.sql|SELECT 1","README.md|x","atlas.sum|x",".git/x.sql|x"}', 'untaken', strict => true);
SELECT load(E'{"1_a.sql|-- +goose Up\nSELECT 1;","old/2_b.sql|-- +goose Up\nSELECT 2;"}', 'goose', strict => true);
SELECT * FROM migrator.load_file('add_budget.sql', 'SELECT 2', module => 'untaken');
-- Nor does strict let the file of one that has run go, in whole or in part; of one that has not, or is repeatable, it does.
SELECT load(E'{"1_a.sql|SELECT 1","2_b.sql|-- UP\nSELECT 2;\n-- DOWN\nSELECT -2;","9_v.sql|-- migrator: repeatable\nSELECT 9"}', 'gone', strict => true);
SELECT version FROM migrator.apply(module => 'gone');
SELECT load('{"3_c.sql|SELECT 3"}', 'gone', strict => true);
\echo :LAST_ERROR_SQLSTATE
SELECT statuses('gone');
SELECT load('{"3_c.sql|SELECT 3"}', 'gone', strict => true, keep_absent => true);
SELECT version FROM migrator.rollback_to('1', module => 'gone');
SELECT load('{"1_a.sql|SELECT 1"}', 'gone', strict => true);
SELECT load(E'{"1_a.sql|SELECT 1","4_half.sql|-- migrator: no-transaction\nSELECT 1; SELECT 1/0"}', 'gone');
CALL migrator.apply_each(module => 'gone');
SELECT load('{"1_a.sql|SELECT 1"}', 'gone', strict => true);
-- Nothing taken at all.
SELECT load('{"add_budget.sql|SELECT 2","README.md|x"}', 'untaken');
\echo :LAST_ERROR_SQLSTATE
SELECT load('{}', 'untaken');
SELECT load('{"x.sql|SELECT 2"}', 'untaken', convention => 'goose');
SELECT statuses('untaken');

-- Several directories are one set.
\getenv fixtures MIGRATOR_FIXTURES
SELECT version, action, source FROM migrator.load_dirs(ARRAY[:'fixtures' || '/edit/before', :'fixtures' || '/conventions/home'], module => 'dirs');
SELECT version, action, source FROM migrator.load_dir(:'fixtures' || '/edit/before', module => 'dirs');
SELECT version, action FROM migrator.load_dir(:'fixtures' || '/conventions/home', module => 'dirs', keep_absent => true);
SELECT * FROM migrator.load_dirs(ARRAY[:'fixtures' || '/edit/before', :'fixtures' || '/edit/after'], module => 'dirs');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_dirs('{}', module => 'dirs');
SELECT * FROM migrator.load_dirs('{NULL}', module => 'dirs');
SELECT * FROM migrator.load_dirs(NULL, module => 'dirs');

-- A role sets aside what roles of its own trust have loaded, or of less; and it brings back as its own what was set aside.
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2","3_c.sql|SELECT 3"}', 'trust');
CREATE ROLE regress_migrator_absent;
GRANT USAGE ON SCHEMA migrator TO regress_migrator_absent;
GRANT EXECUTE ON FUNCTION migrator.load_tar, migrator.status TO regress_migrator_absent;
SET ROLE regress_migrator_absent;
SELECT load('{"1_a.sql|SELECT 1","4_d.sql|SELECT 4"}', 'trust');
SELECT version, status, loaded_by = current_user FROM migrator.status('trust');
SELECT load('{"1_a.sql|SELECT 1"}', 'trust');
RESET ROLE;
SELECT load('{"1_a.sql|SELECT 1"}', 'trust');
SELECT version, status FROM migrator.status('trust');
SET ROLE regress_migrator_absent;
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2"}', 'trust');
SELECT version, status, loaded_by = current_user FROM migrator.status('trust');
RESET ROLE;
SELECT * FROM migrator.apply(module => 'trust');
-- A renamed one belongs to whoever renames it, as an edited one does.
SELECT load('{"1_a.sql|SELECT 1"}', 'trust2');
SET ROLE regress_migrator_absent;
SELECT load('{"2_a.sql|SELECT 1"}', 'trust2');
RESET ROLE;
SELECT version, loaded_by FROM migrator.status('trust2');
-- The way out of the WARNING.
SELECT load('{"1_a.sql|SELECT 1","2_b.sql|SELECT 2"}', 'trust3');
SET ROLE regress_migrator_absent;
SELECT load('{"1_a.sql|SELECT 1"}', 'trust3');
RESET ROLE;
SELECT migrator.unload('2', 'trust3');
SET ROLE regress_migrator_absent;
SELECT load('{"1_a.sql|SELECT 1"}', 'trust3');
RESET ROLE;
DROP OWNED BY regress_migrator_absent;
DROP ROLE regress_migrator_absent;

-- Under an old snapshot nothing is set aside.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT load('{"1_a.sql|SELECT 1"}', 'trust');
ROLLBACK;

DROP EXTENSION migrator;
DROP FUNCTION zeros, octal, field, header(text, bigint, bytea), entry, load, statuses;
DROP TABLE ran;
