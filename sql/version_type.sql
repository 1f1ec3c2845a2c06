-- migrator.version: its order, its operators against text, its indexes, its input.
SET client_min_messages = warning;
CREATE EXTENSION migrator;
CREATE TABLE v (id int GENERATED ALWAYS AS IDENTITY, version migrator.version);
INSERT INTO v (version) VALUES ('10'), ('2'), ('1.10'), ('1.9'), ('1'), ('1.9.1'), ('20260315_001'), ('20260315_0002'),
    ('20260315'), ('0'), ('2a'), ('2b'), ('2-rc1'), ('b1'), ('a10'), ('a9'), ('é1'),
    ('99999999999999999999999999999999999999991'), ('100000000000000000000000000000000000000000');

-- Digit runs are numbers of any length, the rest is bytewise.
SELECT version FROM v ORDER BY version;
-- min(), max(), and DISTINCT by hash and by sort.
SELECT min(version), max(version) FROM v WHERE version < '1000';
SET enable_hashagg = off;
SELECT count(DISTINCT version) FROM (VALUES ('1'::migrator.version), ('01'), ('1.0'), ('1.00')) AS t (version);
RESET enable_hashagg;
SELECT count(*) FROM (SELECT version FROM (VALUES ('7'::migrator.version), ('007'), ('8')) AS t (version)
                      GROUP BY version) AS g;

-- Two runs of 14 or more significant digits are timestamps, the longer with a fraction of a second.
SELECT version FROM (VALUES ('20260101000001'::migrator.version), ('202601010000005'), ('20260101000000'),
                            ('20260101000000999999'), ('2026010100000')) AS t (version) ORDER BY version;

-- Against text on either side the same order counts, never that of text; so too under a hostile search_path.
SELECT version FROM v WHERE version BETWEEN '1.9' AND '2' ORDER BY version;
SELECT '9'::migrator.version < '10'::text AS lt, '9'::text < '10'::migrator.version AS tlt,
       '07'::migrator.version = '7'::text AS eq, '7'::text <> '007'::migrator.version AS ne,
       '9'::migrator.version <= '10'::text AS le, '9'::text >= '10'::migrator.version AS ge,
       '10'::migrator.version > '9'::text AS gt;
SET search_path = pg_temp;
SELECT '9'::migrator.version < '10' AS in_any_path;
RESET search_path;

-- btree and hash indexes, valid by their access methods. A parameter of no type of its own is a version; one that is text
-- finds the same without them.
SELECT opcname, amname, amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
WHERE opcintype = 'migrator.version'::regtype ORDER BY 1;
CREATE UNIQUE INDEX v_btree ON v (version);
CREATE INDEX v_hash ON v USING hash (version);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET plan_cache_mode = force_generic_plan;
PREPARE by_text(text) AS SELECT version FROM v WHERE version = $1;
EXECUTE by_text('002');
PREPARE by_version AS SELECT version FROM v WHERE version = $1;
EXECUTE by_version('002');
EXPLAIN (COSTS OFF) EXECUTE by_version('002');
EXPLAIN (COSTS OFF) SELECT version FROM v WHERE version > '1.9' ORDER BY version;
INSERT INTO v (version) VALUES ('001.0010');
\echo :LAST_ERROR_SQLSTATE
DEALLOCATE ALL;
RESET ALL;
SET client_min_messages = warning;

-- Merge and hash joins find equal versions of different spelling.
SET enable_nestloop = off;
SET enable_mergejoin = off;
SELECT a.version, b.version FROM v a JOIN (VALUES ('02'::migrator.version), ('0a9')) b (version) USING (version);
SET enable_hashjoin = off;
SET enable_mergejoin = on;
SELECT a.version, b.version FROM v a JOIN (VALUES ('02'::migrator.version), ('0a9')) b (version) USING (version);
RESET ALL;
SET client_min_messages = warning;

-- The spelling stays; casts to text and from it.
SELECT '007'::migrator.version, length('007'::migrator.version), '7'::text::migrator.version;
-- Put together with text.
SELECT 'v' || version || ': ' || 'name' FROM (VALUES ('1.9'::migrator.version)) AS t (version);
-- Binary input and output.
SELECT migrator.version_send('1.9');
-- What is no version.
SELECT ''::migrator.version;
\echo :LAST_ERROR_SQLSTATE
SELECT 'one two'::migrator.version;
\echo :LAST_ERROR_SQLSTATE
SELECT E'1\n2'::migrator.version;
SELECT repeat('1', 256)::migrator.version;
\echo :LAST_ERROR_SQLSTATE
SELECT length(repeat('1', 255)::migrator.version);
SELECT ('a b'::text)::migrator.version;
DROP TABLE v;
DROP EXTENSION migrator;
