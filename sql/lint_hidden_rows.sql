-- lint(): row security that hides rows from the role that runs the migrations, and the ways out that the hint names.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE ROLE regress_hidden_owner;
CREATE ROLE regress_hidden_other;
CREATE ROLE regress_hidden_bypass BYPASSRLS;
GRANT CREATE ON DATABASE :"DBNAME" TO regress_hidden_owner;
GRANT USAGE ON SCHEMA migrator TO regress_hidden_owner, regress_hidden_other, regress_hidden_bypass;
GRANT SELECT ON ALL TABLES IN SCHEMA migrator TO regress_hidden_owner, regress_hidden_other, regress_hidden_bypass;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA migrator TO regress_hidden_owner, regress_hidden_other, regress_hidden_bypass;
SET ROLE regress_hidden_owner;
CREATE SCHEMA hidden;
GRANT USAGE ON SCHEMA hidden TO PUBLIC;
CREATE TABLE hidden.forced (id int PRIMARY KEY, tenant int, note text);
CREATE TABLE hidden.plain (LIKE hidden.forced);
CREATE TABLE hidden.open (LIKE hidden.forced);
CREATE TABLE hidden.target (LIKE hidden.forced);
INSERT INTO hidden.forced SELECT i, i % 3 FROM generate_series(1, 20) i;
GRANT ALL ON ALL TABLES IN SCHEMA hidden TO regress_hidden_other, regress_hidden_bypass;
CREATE POLICY mine ON hidden.forced USING (tenant = 1);
CREATE POLICY mine ON hidden.plain USING (tenant = 1);
CREATE POLICY everybody ON hidden.open USING (true);
ALTER TABLE hidden.forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE hidden.plain ENABLE ROW LEVEL SECURITY;
ALTER TABLE hidden.open ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FUNCTION hidden.fills() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE hidden.forced SET note = ''x''; END';
RESET ROLE;
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, role text, body text, expected text[]);
GRANT ALL ON cases TO PUBLIC;
CREATE FUNCTION found(as_role text, body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    PERFORM set_config('role', as_role, true);
    SELECT array_agg(rule || ' ' || severity ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('rows-hidden-by-policy', 'rls-disabled');
    PERFORM set_config('role', 'none', true);
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (role, body, expected) VALUES
    ('regress_hidden_owner', 'UPDATE hidden.forced SET note = ''x''', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'DELETE FROM hidden.forced', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'INSERT INTO hidden.target SELECT * FROM hidden.forced', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'INSERT INTO hidden.target SELECT t.* FROM hidden.target t WHERE EXISTS (SELECT FROM hidden.forced)', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'CREATE TABLE hidden.copy AS SELECT * FROM hidden.forced', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'SELECT * INTO hidden.copy FROM hidden.forced', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'UPDATE hidden.target t SET note = f.note FROM hidden.forced f WHERE f.id = t.id', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'MERGE INTO hidden.forced f USING hidden.target t ON t.id = f.id WHEN MATCHED THEN DELETE', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'WITH d AS (DELETE FROM hidden.forced RETURNING id) SELECT count(*) FROM d', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'DO $$ BEGIN UPDATE hidden.forced SET note = ''x''; END $$', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'SELECT hidden.fills()', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'UPDATE hidden.forced SET note = ''x''; UPDATE hidden.forced SET note = ''y''', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'SELECT count(*) FROM hidden.forced', '{}'),
    ('regress_hidden_owner', 'INSERT INTO hidden.forced VALUES (30, 1, ''a'')', '{}'),
    ('regress_hidden_owner', 'INSERT INTO hidden.forced SELECT * FROM hidden.target', '{}'),
    ('regress_hidden_owner', 'UPDATE hidden.plain SET note = ''x''', '{}'),
    ('regress_hidden_owner', 'UPDATE hidden.open SET note = ''x''', '{}'),
    ('regress_hidden_owner', 'UPDATE hidden.target SET note = ''x''', '{}'),
    ('regress_hidden_owner', 'ALTER TABLE hidden.forced ADD CHECK (id > 0)', '{}'),
    ('regress_hidden_owner', 'ALTER TABLE hidden.plain FORCE ROW LEVEL SECURITY; UPDATE hidden.plain SET note = ''x''', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'ALTER TABLE hidden.forced DISABLE ROW LEVEL SECURITY; UPDATE hidden.forced SET note = ''x''', '{rls-disabled warning}'),
    ('regress_hidden_owner', 'SET row_security = off; UPDATE hidden.forced SET note = ''x''', '{rows-hidden-by-policy error}'),
    ('regress_hidden_owner', 'SET LOCAL row_security TO false; SET row_security = on; UPDATE hidden.forced SET note = ''x''', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_owner', 'SET row_security = off; UPDATE hidden.plain SET note = ''x''', '{}'),
    ('regress_hidden_owner', 'COPY hidden.forced FROM ''/nowhere/data''', '{rows-hidden-by-policy error}'),
    ('regress_hidden_owner', 'COPY hidden.plain FROM ''/nowhere/data''', '{}'),
    ('regress_hidden_other', 'UPDATE hidden.forced SET note = ''x''', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_other', 'UPDATE hidden.plain SET note = ''x''', '{rows-hidden-by-policy warning}'),
    ('regress_hidden_other', 'UPDATE hidden.open SET note = ''x''', '{}'),
    ('regress_hidden_bypass', 'UPDATE hidden.forced SET note = ''x''', '{}'),
    ('none', 'UPDATE hidden.forced SET note = ''x''', '{}'),
    -- the way out
    ('regress_hidden_owner', 'ALTER TABLE hidden.forced NO FORCE ROW LEVEL SECURITY; UPDATE hidden.forced SET note = ''x''; ALTER TABLE hidden.forced FORCE ROW LEVEL SECURITY', '{}'),
    ('regress_hidden_owner', 'ALTER TABLE hidden.forced NO FORCE ROW LEVEL SECURITY; UPDATE hidden.forced SET note = ''x''', '{rls-disabled warning}');
-- Missed, or a false alarm:
SELECT role, body, expected, found FROM (SELECT *, found(role, body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
-- What is said, and that it is so.
CREATE FUNCTION said(body text) RETURNS TABLE (severity text, message text, hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    PERFORM set_config('role', 'regress_hidden_owner', true);
    RETURN QUERY SELECT l.severity::text, regexp_replace(l.message, '\([^()]* rows?, \d+ [kMG]B\)', '(N rows)'), l.hint FROM migrator.lint(module => 'case') l WHERE rule = 'rows-hidden-by-policy';
    PERFORM set_config('role', 'none', true);
END $$;
\x on
SELECT * FROM said('UPDATE hidden.forced SET note = ''x''');
SELECT * FROM said('SET row_security = off; UPDATE hidden.forced SET note = ''x''');
SELECT * FROM said('COPY hidden.forced FROM ''/nowhere/data''');
\x off
SET ROLE regress_hidden_owner;
WITH u AS (UPDATE hidden.forced SET note = 'x' RETURNING 1) SELECT count(*) FROM u;
SET row_security = off;
UPDATE hidden.forced SET note = 'x';
RESET row_security;
COPY hidden.forced FROM stdin;
\.
ALTER TABLE hidden.forced NO FORCE ROW LEVEL SECURITY;
WITH u AS (UPDATE hidden.forced SET note = 'x' RETURNING 1) SELECT count(*) FROM u;
ALTER TABLE hidden.forced FORCE ROW LEVEL SECURITY;
RESET ROLE;
DROP FUNCTION found, said;
DROP TABLE cases;
DROP SCHEMA hidden CASCADE;
REVOKE CREATE ON DATABASE :"DBNAME" FROM regress_hidden_owner;
DROP OWNED BY regress_hidden_owner, regress_hidden_other, regress_hidden_bypass;
DROP ROLE regress_hidden_owner, regress_hidden_other, regress_hidden_bypass;
DROP EXTENSION migrator;
