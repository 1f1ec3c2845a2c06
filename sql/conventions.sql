-- load_dir() of the files of each tool: recognized and by name, applied, rolled back; and what real directories hold.
SET client_min_messages = warning;
\set VERBOSITY terse
\pset null -
CREATE EXTENSION migrator;
SET migrator.on_hazard = 'ignore'; -- they are here on purpose
\getenv fixtures MIGRATOR_FIXTURES
CREATE TABLE directory (name text PRIMARY KEY, convention text);
\set given '{"prefix": "flyway"}'
INSERT INTO directory VALUES
    ('home', 'home'), ('golang-migrate', 'golang-migrate'), ('dbmate', 'dbmate'), ('goose', 'goose'),
    ('flyway', 'flyway'), ('sqlx', 'sqlx'), ('sqlx-simple', 'sqlx'), ('diesel', 'diesel'),
    ('prisma', 'prisma'), ('node-pg-migrate', 'node-pg-migrate'), ('node-pg-migrate-pairs', 'node-pg-migrate'),
    ('tern', 'tern'), ('sql-migrate', 'sql-migrate'), ('graphile-migrate', 'graphile-migrate'), ('atlas', 'atlas'),
    ('supabase', 'supabase'), ('liquibase', 'liquibase'), ('sqitch', 'sqitch'), ('postgrator', 'postgrator'),
    ('refinery', 'refinery'), ('popx', 'popx'), ('pgmigrate', 'pgmigrate');

-- By name, each as a module of its own.
SELECT d.name AS directory, l.version, l.name, l.action, l.source, l.reason
FROM directory d,
     migrator.load_dir(:'fixtures' || '/conventions/' || d.name, d.convention, :'given', d.name)
         WITH ORDINALITY AS l(version, name, action, source, reason, n)
ORDER BY d.name COLLATE "C", l.n;

-- Recognized: the same migrations, but of two whose files are also another tool's.
SELECT d.name AS directory, l.action, count(*)
FROM directory d, migrator.load_dir(:'fixtures' || '/conventions/' || d.name, 'auto', :'given', d.name) l
WHERE d.name NOT IN ('refinery')
GROUP BY d.name, 2 ORDER BY d.name COLLATE "C", 2;

-- What is outside of transactions, and what is verified.
SELECT module, version, up_directives, down_directives FROM migrator.migration
WHERE up_directives IS NOT NULL OR down_directives IS NOT NULL ORDER BY module COLLATE "C", version;

-- All of them in one database, each migration with a commit of its own; then back.
SELECT format('CALL migrator.apply_each(module => %L)', name) FROM directory ORDER BY name COLLATE "C" \gexec
SELECT d.name, s.status, count(*), count(*) FILTER (WHERE s.reversible) AS reversible
FROM directory d, migrator.status(d.name) s GROUP BY d.name, 2 ORDER BY d.name COLLATE "C", 2;
SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ ('^(home|gm|dbmate|goose|flyway|sqlx|diesel|npm|tern|'
    || 'sqlmigrate|graphile|atlas|supabase|liquibase|postgrator|refinery|popx|pgmigrate|airport|flight|PrismaUser)');
SELECT count(*) FROM pg_index WHERE NOT indisvalid;
SELECT format('CALL migrator.rollback_each(%s, module => %L)', count(*), d.name)
FROM directory d, migrator.status(d.name) s WHERE s.status = 'applied'
GROUP BY d.name HAVING bool_and(s.reversible) ORDER BY d.name COLLATE "C" \gexec
SELECT d.name, s.status, count(*) FROM directory d, migrator.status(d.name) s GROUP BY d.name, 2 ORDER BY d.name COLLATE "C", 2;

-- A placeholder without a value.
\set flyway :fixtures /conventions/flyway
SELECT * FROM migrator.load_dir(:'flyway', module => 'x');
\echo :LAST_ERROR_SQLSTATE

-- What real directories hold.
\set VERBOSITY default
\set dir :fixtures /directories
SELECT version, name, action FROM migrator.load_dir(:'dir' || '/unpadded', module => 'unpadded');
SELECT version, status FROM migrator.apply(module => 'unpadded');
SELECT version, name, action FROM migrator.load_dir(:'dir' || '/timestamps', module => 'timestamps');
SELECT version, status FROM migrator.apply(module => 'timestamps');
SELECT * FROM migrator.load_dir(:'dir' || '/two_folders', module => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT version, name, action FROM migrator.load_dir(:'dir' || '/bytes', module => 'bytes');
SELECT version, status FROM migrator.apply(module => 'bytes');
SELECT version, status FROM migrator.rollback(2, module => 'bytes');
SELECT * FROM migrator.load_dir(:'dir' || '/strangers', module => 'strangers');
SELECT version, status FROM migrator.apply(module => 'strangers');
SELECT version, action FROM migrator.load_dir(:'dir' || '/transactions', module => 'transactions');
CALL migrator.apply_each(module => 'transactions');
SELECT version, status FROM migrator.status('transactions');
SELECT version, action FROM migrator.load_dir(:'dir' || '/temporary', module => 'temporary');
SELECT version, status FROM migrator.apply(module => 'temporary');
SELECT a FROM temporary_t ORDER BY 1;
SELECT * FROM migrator.load_dir(:'dir' || '/mixed', module => 'x');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.load_dir(:'dir' || '/mixed', 'goose', module => 'x');
SELECT * FROM migrator.load_dir(:'dir' || '/nearly', module => 'nearly');
SELECT * FROM migrator.load_dir(:'dir' || '/nearly', 'no such', module => 'nearly');

DROP EXTENSION migrator;
SELECT format('DROP TABLE %I.%I CASCADE', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p') AND nspname IN ('public', 'sqitch_flights') ORDER BY relname COLLATE "C" \gexec
DROP SCHEMA IF EXISTS sqitch_flights;
SELECT format('DROP FUNCTION %s', oid::regprocedure) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
AND proname ~ '^(diesel|goose|sqlmigrate)' \gexec
