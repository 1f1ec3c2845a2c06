-- requires and conflicts are checked before anything runs.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE FUNCTION put(version text, name text, directives text DEFAULT NULL, module text DEFAULT 'req') RETURNS text
    RETURN migrator.load(version, name, coalesce('-- migrator: ' || directives || E'\n', '') || 'SELECT 1', 'SELECT 2', module => module);
SELECT put('1', 'users'), put('2', 'orders', 'requires=1, users'), put('3', 'items', 'requires=orders conflicts=old');
SELECT version, requirements, conflicts FROM migrator.migration WHERE module = 'req' ORDER BY version;
SELECT version, status FROM migrator.apply(module => 'req');
-- Only the directive is another: that is a change.
SELECT put('3', 'items', 'requires=orders conflicts=ancient'), put('3', 'items', 'requires=orders conflicts=ancient');
-- Nothing of the name; a later one; a circle; one that is not in the run.
SELECT put('4', 'a', 'requires=nothing');
SELECT * FROM migrator.apply(module => 'req');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM migrator.plan(module => 'req');
SELECT put('4', 'a', 'requires=5'), put('5', 'b');
SELECT * FROM migrator.apply(module => 'req');
SELECT * FROM migrator.apply('4', module => 'req');
SELECT put('5', 'b', 'requires=a');
SELECT * FROM migrator.apply(module => 'req');
CALL migrator.apply_each(module => 'req');
SELECT put('4', 'a', 'requires=a');
SELECT * FROM migrator.apply(module => 'req');
SELECT put('4', 'a', 'requires=twin'), put('5', 'twin'), put('6', 'twin');
SELECT * FROM migrator.apply(module => 'req');
-- Another module.
SELECT put('4', 'a', 'requires=lib:7');
SELECT * FROM migrator.apply(module => 'req');
SELECT put('7', 'base', module => 'lib');
SELECT * FROM migrator.apply(module => 'req');
SELECT version, status FROM migrator.apply(module => 'lib');
SELECT version, status FROM migrator.apply(module => 'req');
-- What is required is not rolled back from under it.
SELECT * FROM migrator.rollback(module => 'lib');
\echo :LAST_ERROR_SQLSTATE
SELECT version, status FROM migrator.rollback(3, module => 'req');
SELECT version, status FROM migrator.rollback(module => 'lib');
SELECT put('2', 'orders'), put('1', 'users', 'requires=orders');
SELECT * FROM migrator.rollback_to('1', module => 'req');
SELECT put('1', 'users');
SELECT version, status FROM migrator.rollback_to('1', module => 'req');
-- Conflicts, whichever of the two says so.
SELECT put('1', 'new', NULL, 'con'), put('2', 'old', 'conflicts=new', 'con');
SELECT * FROM migrator.apply(module => 'con');
SELECT version, status FROM migrator.apply('1', module => 'con');
SELECT * FROM migrator.apply(module => 'con');
SELECT put('1', 'new', 'conflicts=old,nobody', 'con'), put('2', 'old', NULL, 'con');
SELECT * FROM migrator.apply(module => 'con');
SELECT put('2', 'old', 'conflicts=req:1', 'con'), put('1', 'new', NULL, 'con');
SELECT * FROM migrator.apply(module => 'con');
-- The directive itself.
SELECT put('1', 'x', 'requires');
SELECT put('1', 'x', 'requires=a,,b');
SELECT migrator.load('1', 'x', 'SELECT 1', E'-- migrator: requires=2\nSELECT 1');
SELECT migrator.load('1', 'x', E'-- migrator requires=2\nSELECT 1');
DROP FUNCTION put;
DROP EXTENSION migrator;
