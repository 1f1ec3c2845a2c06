-- How long the statements of a migration wait for a lock: the directive, else migrator.lock_timeout if somebody has set
-- it, else the session's own lock_timeout, else 5 s.
SET client_min_messages = error;
CREATE EXTENSION migrator;
CREATE TABLE seen (place text, lock_timeout text);
CREATE PROCEDURE ran(kind text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT * FROM migrator.apply(module => %L)', kind);
    EXECUTE format('SELECT * FROM migrator.rollback(1, module => %L)', kind);
END $$;
CREATE FUNCTION note(place text) RETURNS text LANGUAGE sql AS $$ SELECT format('INSERT INTO seen VALUES (%L, current_setting(''lock_timeout''))', place) $$;
SELECT migrator.load('1', 'it', note('up'), note('down'), module => 'plain'),
       migrator.load('1', 'it', E'-- migrator: lock_timeout=7s\n' || note('up'), E'-- migrator: lock_timeout=7s\n' || note('down'), module => 'directive'),
       migrator.load('1', 'it', E'-- migrator: no-transaction\n' || note('up'), E'-- migrator: no-transaction\n' || note('down'), module => 'statements'),
       migrator.load('1', 'it', 'SET lock_timeout = ''9s'';' || note('up'), note('down'), module => 'own');
\set run 'CALL ran(''plain''); CALL ran(''directive''); CALL ran(''own''); CALL migrator.apply_each(module => ''statements''); CALL migrator.rollback_each(module => ''statements''); CALL migrator.apply_each(module => ''plain''); CALL migrator.rollback_each(module => ''plain''); SELECT string_agg(lock_timeout, '' '') AS waits, current_setting(''lock_timeout'') AS after FROM seen; TRUNCATE seen;'
-- The default.
SHOW migrator.lock_timeout;
:run
-- It gives way to a limit of the session, shorter or longer.
SET lock_timeout = '2s';
:run
SET lock_timeout = '1min';
:run
-- What somebody has set does not, also where it is the same as the default.
SET migrator.lock_timeout = '5s';
:run
SET migrator.lock_timeout = '3s';
:run
SET migrator.lock_timeout = 0;
:run
SET migrator.lock_timeout = -1;
:run
RESET migrator.lock_timeout;
:run
RESET lock_timeout;
SET migrator.lock_timeout = -1;
:run
-- For the database, or by the connection, is set too.
RESET migrator.lock_timeout;
ALTER DATABASE contrib_regression SET migrator.lock_timeout = '5s';
\c -
SET client_min_messages = error;
SET lock_timeout = '1min';
:run
ALTER DATABASE contrib_regression RESET migrator.lock_timeout;
\c -
SET client_min_messages = error;
SET lock_timeout = '1min';
:run
-- A migration does not change what the next one gets.
SELECT migrator.load('1', 'it', 'SET migrator.lock_timeout = ''4s''; SET lock_timeout = ''4s''', module => 'pair'),
       migrator.load('2', 'it', note('up'), module => 'pair');
RESET lock_timeout;
SELECT count(*) FROM migrator.apply(module => 'pair');
SELECT lock_timeout FROM seen;
DROP EXTENSION migrator CASCADE;
DROP FUNCTION note;
DROP PROCEDURE ran;
DROP TABLE seen;
