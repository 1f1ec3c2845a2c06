-- The SQL in the hints of lint(): each piece of it runs as a migration of its own, on this version of the server, and
-- then, where the hint is about what comes before, so does the statement itself; none of them has the finding any more.
SET client_min_messages = error;
CREATE EXTENSION migrator;
SET migrator.on_hazard = ignore;

-- `pieces` matches the hint; its groups are the SQL, $1, $2 and so on. `migrations`: what runs, $0 is the body; null: the
-- pieces. Several rows of one rule are its variants.
CREATE TABLE example (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, rule text, body text, pieces text, migrations text[]);
INSERT INTO example (rule, body, pieces, migrations) VALUES
('create-index-without-concurrently', 'CREATE INDEX big_b ON big (b)', '^(.*)\.$', NULL),
('create-index-without-concurrently', 'CREATE UNIQUE INDEX ON hint.big (id, b) WHERE a > 0', '^(.*)\.$', NULL),
('create-index-without-concurrently', 'CREATE INDEX ON parted (id, (at + 1))', '^CONCURRENTLY .*? table\. (.*); then, for each partition, (.*), and (ALTER .*)\.$', NULL),
('create-index-without-concurrently', 'CREATE INDEX by_id ON hint.parted USING hash (id)', '^CONCURRENTLY .*? table\. (.*); then, for each partition, (.*), and (ALTER .*)\.$', NULL),
('drop-index-without-concurrently', 'DROP INDEX big_a', '^(.*)\.$', NULL),
('reindex-without-concurrently', 'REINDEX TABLE big', '^(.*)\.$', NULL),
('reindex-without-concurrently', 'REINDEX INDEX big_a', '^(.*)\.$', NULL),
('reindex-without-concurrently', 'REINDEX SCHEMA hint', '^(.*)\.$', NULL),
('refresh-without-concurrently', 'REFRESH MATERIALIZED VIEW with_unique', '^(.*)\.$', NULL),
('disable-trigger', 'ALTER TABLE big DISABLE TRIGGER tell', '^(ALTER .*?) in the same', '{$0; $1}'),
('disable-trigger', 'ALTER TABLE big DISABLE TRIGGER ALL', '^(ALTER .*?) in the same', '{$0; $1}'),
('no-lock-timeout', 'SET lock_timeout = 0; ALTER TABLE big ADD x int', 'or (SET .*) before', '{SET lock_timeout = 0; $1; ALTER TABLE big ADD x int}'),
('detach-partition-without-concurrently', 'ALTER TABLE listed DETACH PARTITION listed_1', '^(.*)\.$', NULL),
('detach-partition-without-concurrently', 'ALTER TABLE withrest DETACH PARTITION withrest_1 CONCURRENTLY', '^(.*) with a short', NULL),
('detach-partition-scans-referencing-table', 'ALTER TABLE parted DETACH PARTITION parted_2', '^(.*): then', NULL),
('create-partition-locks-parent', 'CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (''2026-03-01'') TO (''2026-04-01'')', '^(.*), then (.*), which', NULL),
('create-partition-locks-parent', 'CREATE TABLE listed_2 PARTITION OF listed FOR VALUES IN (''for values in (1)'', ''x)'')', '^(.*), then (.*), which', NULL),
('create-partition-locks-parent', 'CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1)', '^(.*), then (.*), which', NULL),
('create-partition-locks-parent', 'CREATE TABLE listed_rest PARTITION OF listed DEFAULT', '^(.*), then (.*), which', NULL),
('attach-partition-scans-table', 'ALTER TABLE parted ATTACH PARTITION loose FOR VALUES FROM (''2026-05-01'') TO (''2026-06-01'')', '^Before it: (.*); in a later migration (.*); then', '{$1,$2,$0}'),
('set-not-null-scans-table', 'ALTER TABLE big ALTER b SET NOT NULL', '^(.*); in a later migration (.*); then', '{$1,$2,$0}'),
('set-not-null-scans-table', 'ALTER TABLE parted ALTER c SET NOT NULL', '^(.*); in a later migration (.*); then', '{$1,$2,$0}'),
('add-check-without-not-valid', 'ALTER TABLE big ADD CHECK (a > 0 AND b <> '')'')', '^(.*); in a later migration (.*)\.$', NULL),
('add-check-without-not-valid', 'ALTER TABLE big ADD COLUMN d int, ADD CONSTRAINT named CHECK (a > 0)', '^(.*); in a later migration (.*)\.$', NULL),
('add-check-without-not-valid', 'SELECT 1; ALTER TABLE parted ADD CHECK (id > 0)', '^(.*); in a later migration (.*)\.$', NULL),
('add-foreign-key-without-not-valid', 'ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big ON UPDATE CASCADE ON DELETE SET NULL (a) DEFERRABLE INITIALLY DEFERRED', '^(.*); in a later migration (.*)\.$', NULL),
('add-foreign-key-without-not-valid', 'ALTER TABLE big ADD CONSTRAINT named FOREIGN KEY (a) REFERENCES hint.big (id) MATCH FULL', '^(.*); in a later migration (.*)\.$', NULL),
('add-foreign-key-without-not-valid', 'ALTER TABLE single ADD FOREIGN KEY (id) REFERENCES big', '^(?:.*?For each partition, )?(.*); in a later migration (.*?)(?:; then .*|\.)$', CASE WHEN current_setting('server_version_num')::int < 180000 THEN '{$1,$2,$0}'::text[] END),
('validate-in-same-transaction', 'ALTER TABLE big ADD CONSTRAINT late CHECK (a > 0) NOT VALID; ALTER TABLE big VALIDATE CONSTRAINT late', 'In a later migration: (.*?)\. ', '{ALTER TABLE big ADD CONSTRAINT late CHECK (a > 0) NOT VALID,$1}'),
('add-unique-without-using-index', 'ALTER TABLE big ADD UNIQUE (id, a)', '^(.*), in a migration of its own; then (.*)\.$', NULL),
('add-unique-without-using-index', 'ALTER TABLE unkeyed ADD PRIMARY KEY (id)', '^(.*); in a later migration (.*); then (.*), in a migration of its own; then (.*)\.$', NULL),
('add-unique-without-using-index', 'ALTER TABLE big DROP CONSTRAINT big_pkey, ADD PRIMARY KEY (id)', '^(CREATE .*), in a migration of its own; then (.*)\.$', '{ALTER TABLE big DROP CONSTRAINT big_pkey CASCADE,$1,$2}'),
('add-unique-without-using-index', 'ALTER TABLE single ADD UNIQUE (id, at)', '^For each partition, (.*), in a migration of its own; then (.*)\. Then (.*) takes over', NULL),
('add-unique-without-using-index', 'ALTER TABLE single ADD CONSTRAINT named PRIMARY KEY (id, at)', '^For each partition, (.*), in a migration of its own; then (.*)\. Then (.*) takes over', NULL),
('add-unique-without-using-index', 'ALTER TABLE withnull ADD PRIMARY KEY (id, at)', '^For each partition, (.*); in a later migration (.*); then (.*), in a migration of its own; then (.*)\. Then (.*) takes over', NULL),
('add-unique-without-using-index', 'ALTER TABLE unkeyed ADD CONSTRAINT there PRIMARY KEY USING INDEX unkeyed_a', '^Before it: (.*); in a later migration (.*); then', '{$1,$2,$0}'),
('domain-constraint-scans-tables', 'ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 1000000)', '^(.*); in a later migration, at a quiet hour, (.*)\.$', NULL),
('domain-constraint-scans-tables', 'ALTER DOMAIN hint.positive ADD CHECK (VALUE <> 5000000)', '^(.*); in a later migration, at a quiet hour, (.*)\.$', NULL),
('references-locks-other-table', 'CREATE TABLE fresh (id int, big_id bigint REFERENCES big ON DELETE CASCADE)', 'nothing else, (.*)\.$', '{"CREATE TABLE fresh (id int, big_id bigint)",$1}'),
('references-locks-other-table', 'CREATE TABLE hint.fresh_too (id int, a bigint, CONSTRAINT named FOREIGN KEY (a) REFERENCES big (id))', 'nothing else, (.*)\.$', '{"CREATE TABLE hint.fresh_too (id int, a bigint)",$1}'),
('foreign-key-locks-other-table', 'ALTER TABLE tiny ADD COLUMN big_id bigint REFERENCES big; SELECT 1', 'nothing else, (.*)\.$', '{ALTER TABLE tiny ADD COLUMN big_id bigint,$1}'),
('alter-column-type', 'ALTER TABLE tiny ALTER COLUMN t TYPE int', '^Say how with USING: (.*)\.$', NULL),
('foreign-key-without-index', 'ALTER TABLE big ADD FOREIGN KEY (p) REFERENCES tiny NOT VALID', '^(.*)\.$', '{$1,$0}'),
('duplicate-index', 'CREATE INDEX other ON big (a)', '(DROP .*) when', '{$1,$0}'),
('set-not-null-of-nulls', 'ALTER TABLE tiny ALTER COLUMN empty SET NOT NULL', ': (UPDATE .* = )\.\.\.( WHERE .*)\.$', '{$1 0 $2,$0}'),
('narrow-type', 'ALTER TABLE big ALTER id TYPE int', '(SELECT .*)\.$', NULL),
('unique-of-duplicates', 'ALTER TABLE tiny ADD UNIQUE (same)', '(SELECT .*)\.$', NULL),
('if-not-exists-hides-invalid-index', 'CREATE INDEX CONCURRENTLY IF NOT EXISTS broken ON big (b)', '^(DROP .*) in an', '{$1,$0}'),
('pending-trigger-events', 'INSERT INTO child VALUES (1, 1); ALTER TABLE child ADD COLUMN b int', '^(SET .*) before it', '{"INSERT INTO child VALUES (1, 1); $1; ALTER TABLE child ADD COLUMN b int"}'),
('rename-table', 'ALTER TABLE hint.tiny RENAME TO small', '(CREATE VIEW .*);', '{$0; $1}'),
('rename-enum-value', 'ALTER TYPE mood RENAME VALUE ''sad'' TO ''it''''s''', '^(ALTER .*?), deploy', NULL),
('set-schema', 'ALTER TABLE hint.tiny SET SCHEMA elsewhere', '(CREATE VIEW .*);', '{$0; $1}'),
('drop-used-index', 'DROP INDEX hint.big_pkey', '(ALTER .*)\.$', '{$1}'),
('truncate', 'TRUNCATE parent', '^(DELETE .*), or', NULL),
('rls-owner-exempt', 'ALTER TABLE owned ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON owned USING (true)', ': (ALTER .*)\.$', '{$0; $1}'),
('analyze-expression-index', 'CREATE INDEX ON big ((a + 1))', '^(ANALYZE .*) after', '{$0; $1}'),
('extension-without-version', 'CREATE EXTENSION pgcrypto', '^(.*)\.$', NULL),
('overload-left-behind', 'CREATE OR REPLACE FUNCTION hint.f(a bigint) RETURNS int LANGUAGE sql AS ''SELECT 2''', '^(DROP .*) in the same', '{$1; $0}');

-- Rules without SQL in their hints, and why.
CREATE TABLE prose (rule text, why text);
INSERT INTO prose SELECT rule, why FROM (VALUES
('what the role may see; lint_hidden_rows does what it says', '{rows-hidden-by-policy}'::text[]),
('how a program or its deployment has to change', '{change-type,rename-column,rename-type,rename-schema,rename-function,drop-not-null,function-attributes,ddl-of-published-table,add-not-null-column}'::text[]),
('where to put statements, or what to leave out', '{work-behind-exclusive-lock,ddl-on-several-tables,brief-exclusive-lock,create-trigger-blocks-writes,lock-table,too-many-partition-locks,mixed-with-non-transactional,cannot-run-in-transaction,cannot-end-transaction,enum-value-used-before-commit,merge-alter-table,drop-cascade,drop-schema}'),
('steps that depend on the data or on whoever decides', '{add-column-rewrites-table,change-of-storage-rewrites-table,create-table-as-from-big-table,add-exclusion-constraint,unbatched-write,backfill-with-ddl,drop-table,drop-column,drop-sequence,drop-owned,drop-database,drop-constraint,function-of-index,vacuum-full,cluster,table-in-use,replica-identity-lost,replica-identity-full,table-not-published}'),
('what to write in the definition itself', '{small-primary-key,serial-column,column-type,table-without-primary-key,long-name,mixed-case-name,unlogged-table,autovacuum-off,volatile-check,security-definer-search-path,dynamic-sql,created-in-own-schema,password-in-body}'),
('a call of migrator, for whoever reviews', '{do-block}'),
('who shall have rights', '{grant-to-public,grant-all,grant-option,rls-without-policy,rls-disabled,policy-dropped,policy-for-everyone}'),
('what is on the server, or belongs to another extension', '{extension-unavailable,needs-superuser,managed-table}'),
('the history and the files', '{future-version,version-gap,out-of-order,unmet-requirement,modified-after-apply,changed-outside,irreversible,unknown-allowance,refused-by-plan,conflict,rehearsal-error,rehearsal-rewrite}')) AS p (why, rules), unnest(rules) AS rule;
SELECT r #>> '{id}' AS neither FROM jsonb_path_query(migrator.report('sarif')::jsonb, '$.runs[*].tool.driver.rules[*]') r
WHERE r #>> '{id}' NOT IN (SELECT rule FROM example UNION SELECT rule FROM prose) ORDER BY 1;
SELECT rule AS both FROM prose WHERE rule IN (SELECT rule FROM example);
SELECT DISTINCT rule AS unknown FROM (SELECT rule FROM example UNION SELECT rule FROM prose) named
WHERE rule NOT IN (SELECT r #>> '{id}' FROM jsonb_path_query(migrator.report('sarif')::jsonb, '$.runs[*].tool.driver.rules[*]') r);

-- The database of each example. All of it is made anew each time.
CREATE ROLE regress_hints_owner LOGIN;
CREATE PROCEDURE make() LANGUAGE plpgsql SET search_path = pg_catalog AS $make$
BEGIN
    DROP SCHEMA IF EXISTS hint, elsewhere CASCADE;
    CREATE SCHEMA hint; CREATE SCHEMA elsewhere;
    PERFORM set_config('search_path', 'hint', true);
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TABLE big (id bigint PRIMARY KEY, a bigint, b text, p positive);
    INSERT INTO big SELECT i, i, 'b', i FROM generate_series(1, 200) i;
    CREATE INDEX big_a ON big (a);
    CREATE INDEX broken ON big (b);
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER tell BEFORE INSERT ON big FOR EACH ROW EXECUTE FUNCTION tell();
    CREATE TABLE unkeyed AS SELECT id, a FROM big;
    CREATE UNIQUE INDEX unkeyed_a ON unkeyed (a);
    CREATE TABLE tiny (id bigint PRIMARY KEY, t text, empty int, same int);
    INSERT INTO tiny SELECT i, i, NULL, 1 FROM generate_series(1, 100) i;
    CREATE TABLE parent (id bigint PRIMARY KEY);
    CREATE TABLE child (id int, parent_id bigint REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO parent VALUES (1);
    CREATE TABLE parted (id bigint, at date, c int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    INSERT INTO parted SELECT i, '2026-01-05', i FROM generate_series(1, 200) i;
    CREATE TABLE referring (id bigint, at date, FOREIGN KEY (id, at) REFERENCES parted);
    INSERT INTO referring SELECT id, at FROM parted;
    CREATE TABLE withrest (id bigint, at date) PARTITION BY RANGE (at);
    CREATE TABLE withrest_1 PARTITION OF withrest FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    CREATE TABLE withrest_default PARTITION OF withrest DEFAULT;
    CREATE TABLE single (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE "Single 1" PARTITION OF single FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    INSERT INTO single SELECT i, '2026-01-05' FROM generate_series(1, 200) i;
    CREATE TABLE withnull (id bigint, at date) PARTITION BY RANGE (at);
    CREATE TABLE withnull_1 PARTITION OF withnull FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
    INSERT INTO withnull SELECT * FROM single;
    CREATE TABLE listed (id bigint GENERATED ALWAYS AS IDENTITY, what text) PARTITION BY LIST (what);
    CREATE TABLE listed_1 PARTITION OF listed FOR VALUES IN ('a');
    INSERT INTO listed (what) SELECT 'a' FROM generate_series(1, 200) i;
    CREATE TABLE hashed (id bigint) PARTITION BY HASH (id);
    CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    INSERT INTO hashed SELECT i FROM generate_series(1, 600) i WHERE satisfies_hash_partition('hashed'::regclass, 2, 0, i::bigint);
    CREATE TABLE loose (at date NOT NULL, id bigint NOT NULL, c int);
    INSERT INTO loose SELECT '2026-05-05', i FROM generate_series(1, 200) i;
    CREATE MATERIALIZED VIEW with_unique AS SELECT * FROM big;
    CREATE UNIQUE INDEX ON with_unique (id);
    CREATE TABLE owned (id int);
    ALTER TABLE owned OWNER TO regress_hints_owner;
    CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    ANALYZE tiny, big;
    -- Large enough to be felt, as far as anybody asks the catalog.
    UPDATE pg_class SET reltuples = 20000, relpages = 1 WHERE relnamespace = 'hint'::regnamespace
        AND relname IN ('big', 'unkeyed', 'parted_1', 'referring', 'Single 1', 'withnull_1', 'listed_1', 'hashed_0', 'loose', 'with_unique');
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;
END $make$;
CREATE FUNCTION found(module text, rule text, OUT severity text, OUT hint text) LANGUAGE sql AS $$
SELECT l.severity, l.hint FROM migrator.lint(module => module) l WHERE l.rule = found.rule ORDER BY l.severity = 'info', statement LIMIT 1 $$;
CREATE TABLE ran (id int, module text, pieces text[], severity text, hint text);
-- Pieces: as migrations 1, 2, ... of a module of their own, which apply_each() then applies.
CREATE PROCEDURE look(example_id int) LANGUAGE plpgsql AS $$
DECLARE
    e example; found record; pieces text[]; bodies text[];
BEGIN
    SELECT * INTO e FROM example WHERE id = example_id;
    PERFORM migrator.load('1', 'it', e.body, module => 'before' || e.id);
    found := found('before' || e.id, e.rule);
    pieces := regexp_match(found.hint, e.pieces);
    INSERT INTO ran VALUES (e.id, 'after' || e.id, pieces, found.severity, found.hint);
    bodies := coalesce(e.migrations, pieces);
    FOR i IN 1..cardinality(bodies) LOOP
        FOR n IN 1..cardinality(pieces) LOOP
            bodies[i] := replace(bodies[i], '$' || n, pieces[n]);
        END LOOP;
        PERFORM migrator.load(i::text, 'piece', replace(bodies[i], '$0', e.body), module => 'after' || e.id);
    END LOOP;
END $$;
\t on
\a
\set ECHO none
SELECT format('CALL make(); SET search_path = hint, public; CALL look(%1$s);', id),
    format('SELECT format(''%%s %%s: the hint does not match: %%s'', rule, e.id, hint) FROM ran JOIN example e USING (id) WHERE id = %1$s AND ran.pieces IS NULL;', id),
    format('SELECT format(''%%s %%s: the finding is still there: %%s, %%s'', e.rule, e.id, l.severity, left(l.message, 90)) FROM ran JOIN example e USING (id), migrator.lint(module => ran.module) l WHERE id = %1$s AND l.rule = e.rule AND (l.severity <> ''info'' OR ran.severity = ''info'');', id),
    format('CALL migrator.apply_each(module => ''after%1$s'');', id),
    format('SELECT format(''%%s %%s: %%s %%s: %%s'', e.rule, e.id, s.status, s.version, e.body) FROM ran JOIN example e USING (id), migrator.status(module) s WHERE id = %1$s AND status <> ''applied'';', id)
FROM example ORDER BY id \gexec
\set ECHO all

-- Each has run.
SELECT count(*), count(DISTINCT rule) FROM ran JOIN example USING (id) WHERE ran.pieces IS NOT NULL;
SET search_path = public;
DROP EXTENSION migrator CASCADE;
DROP PROCEDURE make, look;
DROP FUNCTION found;
DROP TABLE example, prose, ran;
DROP SCHEMA hint, elsewhere CASCADE;
DROP ROLE regress_hints_owner;
