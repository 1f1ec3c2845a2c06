-- lint() and report() tell nobody what he may not read: the same shapes with other values give the same findings, to a role
-- without rights on them. Values, duplicates, NULLs, statistics, last values of sequences.
\t on
\a
SET client_min_messages = error;
CREATE EXTENSION migrator;
CREATE ROLE regress_secrets_blind;
CREATE ROLE regress_secrets_owner;
GRANT regress_secrets_owner TO CURRENT_USER;
CREATE SCHEMA plain_a AUTHORIZATION regress_secrets_owner;
CREATE SCHEMA plain_b AUTHORIZATION regress_secrets_owner;
SET ROLE regress_secrets_owner;
CREATE FUNCTION plain_a.make(schema text, secret bool) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('search_path', schema, true);
    CREATE TABLE plain (id int PRIMARY KEY, name text, email text, n bigint, price numeric, at timestamptz, j json);
    CREATE TABLE child (id int PRIMARY KEY, plain_id int);
    CREATE SEQUENCE used; CREATE SEQUENCE own AS bigint OWNED BY plain.n; CREATE SEQUENCE dangling;
    CREATE TYPE mood AS ENUM ('good', 'bad');
    CREATE TABLE moods (m mood, d date);
    CREATE TABLE parent (id int, k text) PARTITION BY LIST (k);
    CREATE TABLE rest PARTITION OF parent DEFAULT;
    CREATE TABLE big (id int PRIMARY KEY, state text, n bigint);
    -- What differs: NULLs, duplicates, lengths, ranges, orphans, what is in the default partition, how often a value occurs.
    INSERT INTO plain SELECT i, CASE WHEN secret AND i = 7 THEN NULL ELSE 'name' || i END,
        CASE WHEN secret THEN 'same@example.com' ELSE i || '@example.com' END, CASE WHEN secret THEN 5000000000 ELSE 5 END + i,
        CASE WHEN secret THEN 123456789.125 ELSE 1 END, '2026-01-01', CASE WHEN secret THEN '{"a":1}' ELSE '{}' END::json FROM generate_series(1, 40) i;
    INSERT INTO child SELECT i, CASE WHEN secret THEN 1000 ELSE 1 END FROM generate_series(1, 40) i;
    INSERT INTO moods SELECT CASE WHEN secret THEN 'bad'::mood ELSE 'good' END, '2026-01-01' FROM generate_series(1, 40);
    INSERT INTO parent SELECT i, CASE WHEN secret THEN 'new' ELSE 'old' END FROM generate_series(1, 40) i;
    INSERT INTO big SELECT i, CASE WHEN secret OR i > 30000 THEN 'open' ELSE 'done' END, CASE WHEN secret THEN i ELSE 1 END FROM generate_series(1, 30100) i;
    PERFORM setval('used', CASE WHEN secret THEN 4711 ELSE 1 END), setval('own', CASE WHEN secret THEN 4712 ELSE 2 END);
    IF secret THEN PERFORM nextval('dangling'); END IF;
    ANALYZE plain, child, moods, parent, rest, big;
END $$;
SELECT plain_a.make('plain_a', false), plain_a.make('plain_b', true);
DROP FUNCTION plain_a.make;
RESET ROLE;
-- The sizes of what the server shows to everybody are made equal.
SELECT count(*) FROM pg_class x JOIN pg_class y ON y.relname = x.relname AND y.relnamespace = 'plain_b'::regnamespace
    WHERE x.relnamespace = 'plain_a'::regnamespace AND x.relkind = 'r' AND x.reltuples <> y.reltuples;

CREATE TABLE tried (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO tried (sql) VALUES ('DROP SEQUENCE used'), ('DROP SEQUENCE used CASCADE'), ('DROP SEQUENCE own'), ('DROP SEQUENCE dangling'), ('DROP TABLE plain CASCADE'),
    ('DROP SCHEMA schema CASCADE'), ('ALTER SEQUENCE used AS smallint'), ('ALTER SEQUENCE used MAXVALUE 100'), ('ALTER SEQUENCE used RESTART'),
    ('ALTER TABLE plain ALTER name SET NOT NULL'), ('ALTER TABLE plain ADD CONSTRAINT u UNIQUE (email)'), ('CREATE UNIQUE INDEX ON plain (email)'),
    ('CREATE UNIQUE INDEX CONCURRENTLY ON plain (email)'), ('ALTER TABLE plain ADD PRIMARY KEY (name)'), ('ALTER TABLE plain ALTER n TYPE int'), ('ALTER TABLE plain ALTER name TYPE varchar(3)'),
    ('ALTER TABLE plain ALTER name TYPE char(2)'), ('ALTER TABLE plain ALTER price TYPE numeric(5,1)'), ('ALTER TABLE plain ALTER price TYPE int'), ('ALTER TABLE plain ALTER name TYPE int USING name::int'),
    ('ALTER TABLE plain ALTER at TYPE date'), ('ALTER TABLE plain ALTER j TYPE jsonb'), ('ALTER TABLE plain ADD CHECK (n < 100)'), ('ALTER TABLE plain ADD CHECK (name IS NOT NULL)'),
    ('ALTER TABLE plain DROP COLUMN name'), ('ALTER TABLE plain ALTER COLUMN email TYPE text COLLATE "C"'),
    ('ALTER TABLE child ADD FOREIGN KEY (plain_id) REFERENCES plain'), ('ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (plain_id) REFERENCES plain NOT VALID; ALTER TABLE child VALIDATE CONSTRAINT f'),
    ('UPDATE plain SET n = 1 WHERE email = ''same@example.com'''), ('DELETE FROM plain WHERE name IS NULL'), ('UPDATE big SET n = 1 WHERE state = ''open'''), ('DELETE FROM big WHERE state = ''done'''),
    ('UPDATE big SET n = n + 1 WHERE n = 1'), ('DELETE FROM big WHERE n > 100'), ('UPDATE big SET state = state WHERE state IS NULL'), ('TRUNCATE plain, big'),
    ('CREATE TABLE part PARTITION OF parent FOR VALUES IN (''new'')'), ('ALTER TABLE parent DETACH PARTITION rest'), ('ALTER TYPE mood RENAME VALUE ''bad'' TO ''sad'''),
    ('ALTER TABLE moods ALTER m TYPE text'), ('DROP TYPE mood CASCADE'), ('ALTER TABLE big ADD EXCLUDE (n WITH =)'), ('ALTER TABLE plain ADD COLUMN x int NOT NULL'), ('DROP OWNED BY regress_secrets_owner');
CREATE FUNCTION told(schema text, by text) RETURNS TABLE (n int, sql text, findings text) LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT * FROM public.tried ORDER BY tried.n LOOP
        PERFORM set_config('search_path', schema || ', pg_temp', true);
        PERFORM migrator.load('1', 'x', replace(one.sql, 'SCHEMA schema', 'SCHEMA ' || schema));
        EXECUTE 'SET LOCAL ROLE ' || by;
        findings := (SELECT string_agg(concat_ws(' | ', rule, severity, message, hint), E'\n' ORDER BY rule, message) FROM migrator.lint());
        RESET ROLE;
        -- The name of the schema is no secret, nor is what pg_stat_user_tables shows.
        findings := regexp_replace(replace(findings, schema, 'it'), ', with [0-9,]+ scans? and [0-9,]+ rows? written since the statistics were reset', '', 'g');
        n := one.n; sql := one.sql;
        RETURN NEXT;
    END LOOP;
    PERFORM migrator.unload('1');
END $$;
GRANT USAGE ON SCHEMA migrator TO regress_secrets_blind, regress_secrets_owner;
GRANT EXECUTE ON FUNCTION migrator.lint, migrator.report TO regress_secrets_blind, regress_secrets_owner;
CREATE TABLE blind AS SELECT x.n, x.sql, x.findings AS a, y.findings AS b FROM told('plain_a', 'regress_secrets_blind') x JOIN told('plain_b', 'regress_secrets_blind') y USING (n);
SELECT sql, a, b FROM blind WHERE a IS DISTINCT FROM b ORDER BY n;
SELECT count(*) > 40 AS tried, count(a) > 20 AS with_findings FROM blind;
-- Who may read them is told more: else the test would prove nothing.
SELECT count(*) > 8 AS tells_more FROM told('plain_a', 'regress_secrets_owner') x JOIN told('plain_b', 'regress_secrets_owner') y USING (n) WHERE x.findings IS DISTINCT FROM y.findings;
SELECT message FROM told('plain_b', 'regress_secrets_owner') t, regexp_split_to_table(findings, E'\n') message WHERE t.sql IN ('DROP SEQUENCE used', 'DROP SEQUENCE dangling') AND message ~ '^drop-sequence';
SELECT message FROM told('plain_b', 'regress_secrets_blind') t, regexp_split_to_table(findings, E'\n') message WHERE t.sql IN ('DROP SEQUENCE used', 'DROP SEQUENCE dangling') AND message ~ '^drop-sequence';
-- USAGE of the sequence is enough, as for pg_sequences; that of its schema alone is not.
GRANT USAGE ON SCHEMA plain_b TO regress_secrets_blind;
SELECT count(*) FROM told('plain_b', 'regress_secrets_blind') WHERE findings ~ '4711';
GRANT USAGE ON SEQUENCE plain_b.used TO regress_secrets_blind;
SELECT count(*) FROM told('plain_b', 'regress_secrets_blind') WHERE findings ~ '4711';
-- Rights on one column are none on another.
GRANT SELECT (id) ON plain_b.plain, plain_b.big TO regress_secrets_blind;
SELECT x.sql, x.findings, blind.b FROM told('plain_b', 'regress_secrets_blind') x JOIN blind USING (n) WHERE x.sql !~ 'SEQUENCE' AND x.findings IS DISTINCT FROM blind.b;

SET search_path = public;
DROP EXTENSION migrator;
DROP TABLE tried, blind;
DROP FUNCTION told;
SET client_min_messages = error;
DROP SCHEMA plain_a, plain_b CASCADE;
DROP OWNED BY regress_secrets_blind, regress_secrets_owner;
DROP ROLE regress_secrets_blind, regress_secrets_owner;
