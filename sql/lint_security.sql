-- lint(): who may do what afterwards.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE SCHEMA safe;
CREATE ROLE regress_lint_app LOGIN;
CREATE ROLE regress_lint_group;
CREATE TABLE safe.plain (id int PRIMARY KEY, tenant int);
CREATE TABLE safe.guarded (id int PRIMARY KEY, tenant int);
ALTER TABLE safe.guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON safe.guarded USING (tenant = 1);
CREATE POLICY never ON safe.guarded AS RESTRICTIVE USING (id < 100);
CREATE TABLE safe.of_app (id int PRIMARY KEY);
CREATE POLICY mine ON safe.of_app USING (id = 1);
ALTER TABLE safe.of_app OWNER TO regress_lint_app;
CREATE FUNCTION safe.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY, body text, expected text[]);
CREATE FUNCTION found(body text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE result text[];
BEGIN
    PERFORM migrator.load('1', 'a case', body, module => 'case');
    SELECT array_agg(rule || ' ' || severity ORDER BY statement, rule) INTO result FROM migrator.lint(module => 'case')
    WHERE rule IN ('grant-to-public', 'grant-all', 'grant-option', 'password-in-body', 'created-in-own-schema', 'rls-without-policy', 'rls-disabled', 'rls-owner-exempt', 'policy-dropped', 'policy-for-everyone', 'security-definer-search-path', 'dynamic-sql', 'refused-by-plan');
    PERFORM migrator.unload('1', module => 'case');
    RETURN coalesce(result, '{}');
END $$;
INSERT INTO cases (body, expected) VALUES
    ('GRANT SELECT ON safe.plain TO PUBLIC', '{grant-to-public warning}'),
    ('CREATE TABLE safe.t (id int PRIMARY KEY); GRANT INSERT ON safe.t TO PUBLIC', '{grant-to-public warning}'),
    ('GRANT SELECT ON ALL TABLES IN SCHEMA safe TO PUBLIC', '{grant-to-public warning}'),
    ('ALTER DEFAULT PRIVILEGES IN SCHEMA safe GRANT SELECT ON TABLES TO PUBLIC', '{grant-to-public warning}'),
    ('GRANT USAGE ON SCHEMA safe TO PUBLIC', '{grant-to-public info}'),
    ('GRANT CREATE ON SCHEMA safe TO PUBLIC', '{grant-to-public warning}'),
    ('GRANT EXECUTE ON FUNCTION safe.f() TO PUBLIC', '{}'),
    ('GRANT SELECT ON safe.plain TO regress_lint_group', '{}'),
    ('GRANT ALL ON safe.plain TO regress_lint_group', '{grant-all info}'),
    ('GRANT ALL ON SCHEMA safe TO regress_lint_group', '{grant-all info}'),
    ('GRANT SELECT ON safe.plain TO regress_lint_group WITH GRANT OPTION', '{grant-option warning}'),
    ('REVOKE ALL ON safe.plain FROM PUBLIC', '{}'),
    ('REVOKE GRANT OPTION FOR SELECT ON safe.plain FROM regress_lint_group', '{}'),
    ('CREATE ROLE somebody PASSWORD ''secret''', '{password-in-body warning}'),
    ('ALTER ROLE regress_lint_app PASSWORD ''secret''', '{password-in-body warning}'),
    ('ALTER ROLE regress_lint_app PASSWORD NULL', '{}'),
    ('ALTER ROLE regress_lint_app PASSWORD ''SCRAM-SHA-256$4096:c2FsdA==$x:y''', '{}'),
    ('CREATE ROLE somebody NOLOGIN', '{}'),
    -- row security
    ('ALTER TABLE safe.plain ENABLE ROW LEVEL SECURITY', '{rls-without-policy warning}'),
    ('ALTER TABLE safe.plain ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON safe.plain USING (tenant = 1)', '{}'),
    ('CREATE POLICY p ON safe.plain USING (tenant = 1); ALTER TABLE safe.plain ENABLE ROW LEVEL SECURITY', '{}'),
    ('CREATE TABLE safe.t (id int PRIMARY KEY); ALTER TABLE safe.t ENABLE ROW LEVEL SECURITY', '{rls-without-policy warning}'),
    ('ALTER TABLE safe.guarded ENABLE ROW LEVEL SECURITY', '{}'),
    ('ALTER TABLE safe.of_app ENABLE ROW LEVEL SECURITY', '{rls-owner-exempt info}'),
    ('ALTER TABLE safe.of_app ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', '{}'),
    ('ALTER TABLE safe.guarded DISABLE ROW LEVEL SECURITY', '{rls-disabled warning}'),
    ('ALTER TABLE safe.plain DISABLE ROW LEVEL SECURITY', '{}'),
    ('ALTER TABLE safe.guarded NO FORCE ROW LEVEL SECURITY', '{}'),
    ('DROP POLICY tenant ON safe.guarded', '{policy-dropped warning}'),
    ('DROP POLICY never ON safe.guarded', '{policy-dropped warning}'),
    ('DROP POLICY tenant ON safe.guarded; CREATE POLICY tenant ON safe.guarded USING (tenant = 2)', '{}'),
    ('CREATE POLICY p ON safe.guarded USING (true)', '{policy-for-everyone warning}'),
    ('CREATE POLICY p ON safe.guarded FOR SELECT USING (true)', '{policy-for-everyone info}'),
    ('CREATE POLICY p ON safe.guarded TO regress_lint_app USING (true)', '{}'),
    ('CREATE POLICY p ON safe.guarded AS RESTRICTIVE USING (true)', '{}'),
    ('CREATE POLICY p ON safe.guarded USING (tenant = 3)', '{}'),
    -- functions
    ('CREATE FUNCTION safe.g() RETURNS int LANGUAGE sql SECURITY DEFINER AS ''SELECT 1''', '{security-definer-search-path warning}'),
    ('CREATE FUNCTION safe.g() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ''SELECT 1''', '{}'),
    ('CREATE FUNCTION safe.g() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1', '{}'),
    ('CREATE FUNCTION safe.g() RETURNS int LANGUAGE sql SECURITY DEFINER AS ''SELECT 1''; ALTER FUNCTION safe.g() SET search_path = pg_catalog', '{}'),
    ('CREATE FUNCTION safe.g() RETURNS int LANGUAGE sql SECURITY DEFINER SET work_mem = ''1MB'' AS ''SELECT 1''', '{security-definer-search-path warning}'),
    ('CREATE FUNCTION safe.g() RETURNS int LANGUAGE sql AS ''SELECT 1''', '{}'),
    ('ALTER FUNCTION safe.f() SECURITY DEFINER', '{security-definer-search-path warning}'),
    ('ALTER FUNCTION safe.f() SECURITY DEFINER SET search_path = pg_catalog', '{}'),
    ('ALTER FUNCTION safe.f() SECURITY INVOKER', '{}'),
    ('CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE ''DROP TABLE '' || t; END $f$', '{dynamic-sql info}'),
    ('CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $f$ BEGIN EXECUTE ''DROP TABLE '' || t; END $f$', '{dynamic-sql warning}'),
    ('CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE ''DROP TABLE '' || quote_ident(t); END $f$', '{}'),
    ('CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE format(''DROP TABLE %I'', t); END $f$', '{}'),
    ('CREATE FUNCTION safe.d(t regclass) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE ''DROP TABLE '' || t; END $f$', '{}'),
    ('CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE ''%'', ''a'' || t; END $f$', '{}'),
    -- the code is read as the server reads it
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $q$DROP TABLE ';' $q$ || t; END $f$$c$, '{dynamic-sql info}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE E'DROP \'TABLE\' ; ' || T; END $f$$c$, '{dynamic-sql info}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'DROP TABLE ' /* quote_ident( /* */ */ || -- (
 t; END $f$$c$, '{dynamic-sql info}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'DROP TABLE ' || "t"; END $f$$c$, '{dynamic-sql info}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN COPY safe.plain FROM stdin;
EXECUTE 'DROP TABLE ' || t; END $f$$c$, '{dynamic-sql info}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'DROP TABLE ' || "T"; END $f$$c$, '{}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $q$ 'DROP TABLE ' || t $q$; END $f$$c$, '{}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN -- EXECUTE 'DROP TABLE ' || t;
 NULL; /* EXECUTE /* */ 'DROP TABLE ' || t; */ END $f$$c$, '{}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN RAISE 'EXECUTE'; "execute" := 'DROP TABLE ' || "T"; END $f$$c$, '{}'),
    ($c$CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'DROP TABLE ' || t; RAISE 'no end; END $f$$c$, '{}');
SELECT body, expected, found FROM (SELECT *, found(body) FROM cases ORDER BY id) c WHERE expected <> found;
SELECT count(*) FROM cases;
-- Where an unqualified name goes.
CREATE SCHEMA regress_lint_app AUTHORIZATION regress_lint_app;
GRANT USAGE ON SCHEMA migrator TO regress_lint_app;
GRANT EXECUTE ON FUNCTION migrator.lint, migrator.load, migrator.unload TO regress_lint_app;
SET ROLE regress_lint_app;
SELECT found('CREATE TABLE t (id int PRIMARY KEY)'), found('CREATE TABLE safe.t (id int PRIMARY KEY)'), found('SET search_path = safe; CREATE TABLE t (id int PRIMARY KEY)');
RESET ROLE;
\pset format unaligned
SELECT migrator.load('1', 'a', 'GRANT SELECT ON safe.plain TO PUBLIC; ALTER TABLE safe.guarded DISABLE ROW LEVEL SECURITY; DROP POLICY never ON safe.guarded; CREATE ROLE x PASSWORD ''y'';
CREATE FUNCTION safe.d(t text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $f$ BEGIN EXECUTE ''DROP TABLE '' || t; END $f$', module => 'said');
SELECT rule, severity, message, hint FROM migrator.lint(module => 'said') WHERE rule ~ '^(grant|rls|policy|password|security|dynamic)';
DROP FUNCTION found;
DROP TABLE cases;
DROP SCHEMA safe CASCADE;
DROP OWNED BY regress_lint_app, regress_lint_group;
DROP ROLE regress_lint_app, regress_lint_group;
DROP EXTENSION migrator;
