-- The order of migrator.version against a reference written in plain SQL, on random versions.
\set ECHO none
\set QUIET on
\pset format unaligned
\pset tuples_only on
SELECT plan(8);
SELECT coalesce(nullif(current_setting('regress.seed', true), ''), round(random()::numeric, 6)::text) AS seed \gset
SELECT diag('seed ' || :'seed');
SELECT setseed(:'seed');

-- Digit runs as numbers; two of 14 or more significant digits digit by digit; the rest byte by byte.
CREATE FUNCTION reference(a text, b text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE x text[] := ARRAY(SELECT m[1] FROM regexp_matches(a, '[0-9]+|[^0-9]', 'g') AS m);
    y text[] := ARRAY(SELECT m[1] FROM regexp_matches(b, '[0-9]+|[^0-9]', 'g') AS m);
    p text; q text;
BEGIN
    FOR i IN 1 .. least(cardinality(x), cardinality(y)) LOOP
        p := x[i]; q := y[i];
        IF p ~ '^[0-9]' AND q ~ '^[0-9]' THEN
            p := ltrim(p, '0'); q := ltrim(q, '0');
            IF (length(p) < 14 OR length(q) < 14) AND length(p) <> length(q) THEN RETURN sign(length(p) - length(q)); END IF;
        END IF;
        IF convert_to(p, 'UTF8') <> convert_to(q, 'UTF8') THEN
            RETURN CASE WHEN convert_to(p, 'UTF8') < convert_to(q, 'UTF8') THEN -1 ELSE 1 END;
        END IF;
    END LOOP;
    RETURN sign(cardinality(x) - cardinality(y));
END $$;
CREATE FUNCTION random_version() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg((ARRAY['0', '1', '2', '9', '10', '007', '.', '.', '_', '-', 'a', 'B', 'é', '!', '20260315', '20260315120000',
                             '20260315120000123456', '2026031512000', '99999999999999999999999999'])[1 + floor(random() * 19)::int], '')
    FROM generate_series(1, 1 + floor(random() * 5)::int)
$$;
CREATE TABLE v AS SELECT random_version() AS t FROM generate_series(1, 400);
INSERT INTO v SELECT regexp_replace(t, '([0-9]+)', '0\1') FROM v WHERE t ~ '[0-9]' LIMIT 50;
ALTER TABLE v ADD COLUMN v migrator.version;
UPDATE v SET v = t::migrator.version;
CREATE TABLE pairs AS SELECT a.t AS a, b.t AS b, a.v AS va, b.v AS vb, reference(a.t, b.t) AS wanted FROM v a, v b WHERE random() < 0.25;
SELECT cmp_ok(count(*), '>', 40000::bigint, 'many pairs') FROM pairs;

SELECT is_empty('SELECT a, b, wanted FROM pairs WHERE sign(migrator.version_cmp(va, vb)) <> wanted LIMIT 5', 'version_cmp() is the reference');
SELECT is_empty('SELECT a, b FROM pairs WHERE (va < vb, va <= vb, va = vb, va <> vb, va >= vb, va > vb) IS DISTINCT FROM
    (wanted < 0, wanted <= 0, wanted = 0, wanted <> 0, wanted >= 0, wanted > 0) LIMIT 5', 'and so are the operators');
SELECT is_empty('SELECT a, b FROM pairs WHERE (va < b, va <= b, va = b, va <> b, va >= b, va > b) IS DISTINCT FROM
    (a < vb, a <= vb, a = vb, a <> vb, a >= vb, a > vb) OR (va < b) <> (wanted < 0) LIMIT 5', 'with text on either side too');
SELECT is_empty('SELECT a, b FROM pairs WHERE (va = vb) AND migrator.version_hash(va) <> migrator.version_hash(vb) LIMIT 5', 'equal versions hash alike');
SELECT is_empty('SELECT t, previous FROM (SELECT t, lag(t) OVER (ORDER BY v) AS previous FROM v) s WHERE reference(previous, t) > 0 LIMIT 5', 'ORDER BY is the reference');
SELECT is_empty($$
    SELECT a.t, b.t, c.t FROM (SELECT * FROM v LIMIT 60) a, (SELECT * FROM v OFFSET 60 LIMIT 60) b, (SELECT * FROM v OFFSET 120 LIMIT 60) c
    WHERE a.v <= b.v AND b.v <= c.v AND a.v > c.v LIMIT 5$$, 'it is transitive');
SELECT is((SELECT max(v)::text FROM v), (SELECT t FROM v a WHERE NOT EXISTS (SELECT FROM v b WHERE reference(b.t, a.t) > 0) AND v = (SELECT max(v) FROM v) LIMIT 1), 'max()');
SELECT * FROM finish();
