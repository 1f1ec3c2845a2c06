-- Modules: independent sets of migrations in one database, for services that share it.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
SET search_path = app;

-- The same version in two modules is two migrations.
SELECT migrator.load('1', 'a', 'CREATE TABLE shop ()', 'DROP TABLE shop', module => 'shop'),
       migrator.load('1', 'a', 'CREATE TABLE bank ()', 'DROP TABLE bank', module => 'bank'),
       migrator.load('1', 'a', 'CREATE TABLE main ()', 'DROP TABLE main');
SELECT * FROM migrator.load_file('2_b.sql', 'SELECT 2', module => 'bank');
SELECT version, name, status FROM migrator.apply(module => 'shop');
SELECT version, status FROM migrator.status();
SELECT version, status FROM migrator.status('shop');
SELECT version, status FROM migrator.status(module => 'bank');
SELECT applied, pending FROM migrator.summary('shop');
SELECT version, statement FROM migrator.plan(module => 'bank');
-- Out of order, changed bodies and targets are a matter of each module alone.
SELECT version, status FROM migrator.apply('2', module => 'bank');
SELECT migrator.load('1', 'a', 'SELECT ''changed''', module => 'bank');
SELECT version, status FROM migrator.apply();
SELECT * FROM migrator.apply(module => 'bank');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.apply('2');
\echo :LAST_ERROR_SQLSTATE
SELECT migrator.accept('1', 'reviewed', module => 'bank');
SELECT version, status FROM migrator.rollback(module => 'shop');
SELECT * FROM migrator.rollback_to('1', module => 'bank');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.baseline('1', module => 'shop');
SELECT module, version, action, result FROM migrator.history ORDER BY id;
SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY 1;

-- Names of modules differ by every byte; an unknown one is an error that names those that exist.
SELECT count(*) FROM migrator.status('Shop');
SELECT * FROM migrator.apply(module => 'nobody''s');
SELECT applied, pending FROM migrator.summary('nobody''s');
SELECT migrator.unload('1', module => 'main');
\echo :LAST_ERROR_SQLSTATE

SET client_min_messages = error;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
