-- CALL and DO that commit, in a migration of one transaction: lint() foresees it where the code can be read, the error has
-- a HINT, and what the HINT says works.
SET client_min_messages = warning;
SET migrator.on_hazard = 'ignore';
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;
\set SHOW_CONTEXT never
CREATE TABLE ran (n serial, what text);
CREATE PROCEDURE commits(what text DEFAULT 'commits') LANGUAGE plpgsql AS $$
BEGIN INSERT INTO app.ran (what) VALUES (what); COMMIT; END $$;
CREATE PROCEDURE rolls_back() LANGUAGE plpgsql AS $$
<<outer>> DECLARE i int; BEGIN FOR i IN 1..2 LOOP INSERT INTO app.ran (what) VALUES ('undone'); ROLLBACK; END LOOP; END $$;
CREATE PROCEDURE nested() LANGUAGE plpgsql AS $$ BEGIN CALL app.commits('nested'); END $$;
CREATE PROCEDURE inside_sql() LANGUAGE sql AS $$ CALL app.commits('sql') $$;
CREATE PROCEDURE two() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE two(i int) LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE calls_two() LANGUAGE plpgsql AS $$ BEGIN CALL app.two(); END $$;
CREATE PROCEDURE definer() LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN COMMIT; END $$;
CREATE PROCEDURE configured() LANGUAGE plpgsql SET work_mem = '1MB' AS $$ BEGIN CALL app.commits(); END $$;
CREATE PROCEDURE calls_definer() LANGUAGE plpgsql AS $$ BEGIN CALL app.definer(); END $$;
CREATE PROCEDURE catches() LANGUAGE plpgsql AS $$ BEGIN COMMIT; EXCEPTION WHEN division_by_zero THEN NULL; END $$;
CREATE PROCEDURE catches_call() LANGUAGE plpgsql AS $$ BEGIN BEGIN CALL app.commits(); END; EXCEPTION WHEN division_by_zero THEN NULL; END $$;
CREATE PROCEDURE handler() LANGUAGE plpgsql AS $$ DECLARE i int := CASE WHEN true THEN 0 ELSE 1 END;
BEGIN BEGIN i := 1 / i; EXCEPTION WHEN division_by_zero THEN COMMIT; END; CALL app.commits('handler'); END $$;
CREATE PROCEDURE does() LANGUAGE plpgsql AS $$ BEGIN DO 'BEGIN INSERT INTO app.ran (what) VALUES (''does''); COMMIT; END'; END $$;
CREATE PROCEDURE quiet() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.ran (what) VALUES ('COMMIT;'); END $$;

CREATE FUNCTION foreseen() RETURNS text LANGUAGE sql AS $$
SELECT 'lint(): ' || coalesce(string_agg(format('statement %s %s %s', statement, rule, severity), ', '), 'nothing') FROM migrator.lint()
WHERE rule IN ('cannot-run-in-transaction', 'cannot-end-transaction') $$;
CREATE FUNCTION outcome() RETURNS text LANGUAGE sql AS $$
SELECT (SELECT string_agg(status, ',') FROM migrator.status()) || ': ' || coalesce((SELECT string_agg(what, ', ' ORDER BY n) FROM app.ran), 'nothing') $$;
CREATE TABLE cases (n serial, up text, down text DEFAULT 'TRUNCATE app.ran');
INSERT INTO cases (up) VALUES
    ('SELECT 1; CALL commits()'),
    ('SELECT 1; CALL app.commits(''by its schema'')'),
    ('SELECT 1; CALL rolls_back()'),
    ('SELECT 1; CALL nested()'),
    ('SELECT 1; CALL two()'),
    ('SELECT 1; CALL two(1)'),
    ('SELECT 1; CALL calls_two()'),
    ('SELECT 1; CALL inside_sql()'),
    ('SELECT 1; CALL definer()'),
    ('SELECT 1; CALL configured()'),
    ('SELECT 1; CALL calls_definer()'),
    ('SELECT 1; CALL catches()'),
    ('SELECT 1; CALL catches_call()'),
    ('SELECT 1; CALL handler()'),
    ('SELECT 1; CALL does()'),
    ('SELECT 1; CALL quiet()'),
    ('SELECT 1; DO $x$ BEGIN INSERT INTO app.ran (what) VALUES (''do''); COMMIT; END $x$'),
    ('SELECT 1; DO LANGUAGE plpgsql ''BEGIN IF true THEN CALL app.nested(); END IF; END'''),
    ('SELECT 1; DO $x$ BEGIN INSERT INTO app.ran (what) VALUES (''COMMIT;''); -- COMMIT;
END $x$'),
    ('CREATE PROCEDURE mine() LANGUAGE plpgsql AS ''BEGIN CALL app.commits(''''mine''''); END''; CALL mine(); DROP PROCEDURE mine()'),
    ('SELECT 1; DO ''BEGIN CALL app.definer(); END'''),
    ('SELECT 1; DO ''BEGIN CALL app.inside_sql(); END'''),
    ('CREATE PROCEDURE mine() LANGUAGE plpgsql SECURITY DEFINER AS ''BEGIN CALL app.commits(''''mine''''); END''; CALL mine()'),
    ('CREATE PROCEDURE app.ours() LANGUAGE plpgsql AS ''BEGIN CALL app.commits(''''ours''''); END''; DO ''BEGIN CALL app.ours(); END''; DROP PROCEDURE ours()'),
    ('CREATE OR REPLACE PROCEDURE app.quiet() LANGUAGE plpgsql AS ''BEGIN CALL app.commits(''''no longer quiet''''); END''; CALL app.quiet()'),
    ('BEGIN; CALL commits(); COMMIT');
\t on
\pset format unaligned
-- As it is, and again as the HINT says.
SELECT format('SELECT %L', '--- ' || up), format('SELECT FROM migrator.load(''1'', ''m'', %L, %L)', up, down), 'SELECT app.foreseen()',
       'CALL migrator.apply_each()',
       format('SELECT FROM migrator.load(''1'', ''m'', %L, %L)', E'-- migrator: no-transaction\n' || regexp_replace(up, '^BEGIN; (.*); COMMIT$', '\1'), down),
       'CALL migrator.apply_each()', 'SELECT app.outcome()', 'CALL migrator.rollback_each()', 'TRUNCATE app.ran'
FROM cases ORDER BY n \gexec

-- Alone: what ends the transaction runs without one, and what cannot fails in its own.
CREATE TABLE alone (n serial, up text);
INSERT INTO alone (up) SELECT format('CALL app.%I()', name) FROM unnest(ARRAY['commits', 'rolls_back', 'nested', 'two', 'inside_sql', 'definer', 'configured',
    'calls_definer', 'catches', 'catches_call', 'handler', 'does']) name;
INSERT INTO alone (up) VALUES ('DO ''BEGIN CALL app.nested(); END'''), ('DO ''BEGIN CALL app.definer(); END''');
SELECT format('SELECT %L', '--- ' || up), format('SELECT FROM migrator.load(''1'', ''m'', %L, ''TRUNCATE app.ran'')', up), 'SELECT app.foreseen()',
       'SELECT ''transactional: '' || transactional FROM migrator.plan()', 'CALL migrator.apply_each()', 'SELECT app.outcome()', 'CALL migrator.rollback_each()', 'TRUNCATE app.ran'
FROM alone ORDER BY n \gexec

-- All of it ends transactions: it runs statement by statement without being told.
SELECT FROM migrator.load('1', 'm', 'CALL nested(); CALL commits(); DO ''BEGIN ROLLBACK; END''', 'CALL commits(''down'')');
SELECT transactional, count(*) FROM migrator.plan() GROUP BY 1;
SELECT FROM migrator.apply();
CALL migrator.apply_each();
SELECT outcome();
CALL migrator.rollback_each();
SELECT outcome();
TRUNCATE ran;

-- The same of a down body.
SELECT FROM migrator.load('1', 'm', 'SELECT 1', 'SELECT 1; CALL nested()');
CALL migrator.apply_each();
CALL migrator.rollback_each();
SELECT FROM migrator.load('2', 'm', 'SELECT 1', E'-- migrator: no-transaction\nSELECT 1; CALL nested()');
CALL migrator.apply_each();
CALL migrator.rollback_each();
SELECT outcome();

-- What a role may not look into is left to the server.
CREATE ROLE regress_ends;
CREATE SCHEMA hidden;
CREATE PROCEDURE hidden.commits() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE app.inner() LANGUAGE plpgsql AS $$ BEGIN IF false THEN CALL hidden.commits(); END IF; END $$;
GRANT USAGE ON SCHEMA app, migrator TO regress_ends;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO regress_ends;
SET ROLE regress_ends;
SELECT FROM migrator.load('3', 'm', 'CALL app.inner()');
SELECT transactional FROM migrator.plan('3') WHERE version = '3';
RESET ROLE;
SELECT transactional FROM migrator.plan('3') WHERE version = '3';
SET client_min_messages = error;
DROP SCHEMA app, hidden CASCADE;
DROP EXTENSION migrator;
DROP OWNED BY regress_ends;
DROP ROLE regress_ends;
