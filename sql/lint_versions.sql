-- lint(): statements whose label depends on the version of the server. `since` is the first that knows the syntax: an
-- older one refuses it when it is loaded. What comes out are misses and false alarms: there are none.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA app;
CREATE TABLE app.big (id bigint PRIMARY KEY, a int, b int);
INSERT INTO app.big SELECT i, i, i FROM generate_series(1, 20000) i;
ANALYZE app.big;
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, since int, body text, expected text);
INSERT INTO cases (since, body, expected) VALUES
    (150000, 'ALTER TABLE app.big ADD g int GENERATED ALWAYS AS (a * 2) STORED', 'add-column-rewrites-table warning'),
    (180000, 'ALTER TABLE app.big ADD g int GENERATED ALWAYS AS (a * 2) VIRTUAL', 'safe'),
    (150000, 'ALTER TABLE app.big ALTER a SET NOT NULL', 'set-not-null-scans-table warning'),
    (180000, 'ALTER TABLE app.big ADD CONSTRAINT a_filled NOT NULL a NOT VALID', 'safe'),
    (150000, 'ALTER TABLE app.big ADD CONSTRAINT a_plus CHECK (a > 0)', 'add-check-without-not-valid warning'),
    (180000, 'ALTER TABLE app.big ADD CONSTRAINT a_plus CHECK (a > 0) NOT ENFORCED', 'safe'),
    (150000, 'CREATE UNIQUE INDEX CONCURRENTLY ON app.big (a) NULLS NOT DISTINCT', 'safe');
CREATE FUNCTION found(body text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT string_agg(rule || ' ' || severity, ', ' ORDER BY statement, rule) INTO result
    FROM migrator.lint(module => 'case') WHERE severity <> 'info';
    PERFORM migrator.unload('1', module => 'case');
    RETURN coalesce(result, 'safe');
EXCEPTION WHEN syntax_error THEN RETURN 'refused at load()';
END $$;
SELECT body, found, right_one FROM cases, found(body),
    LATERAL (SELECT CASE WHEN current_setting('server_version_num')::int >= since THEN expected
                         ELSE 'refused at load()' END AS right_one) AS r
WHERE found <> right_one ORDER BY id;
SELECT count(*) FROM cases;
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA app CASCADE;
DROP EXTENSION migrator;
