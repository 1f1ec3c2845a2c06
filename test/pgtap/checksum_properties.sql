-- 1,000 random cosmetic changes, none of which alarms; 1,000 random semantic ones, all of which do. Repeat a run with
-- PGOPTIONS='-c regress.seed=0.123'.
\set ECHO none
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT plan(8);
SELECT coalesce(nullif(current_setting('regress.seed', true), ''), round(random()::numeric, 6)::text) AS seed \gset
SELECT diag('seed ' || :'seed');
SELECT setseed(:'seed');

CREATE FUNCTION pick(choices text[]) RETURNS text LANGUAGE sql VOLATILE AS
    'SELECT choices[1 + floor(random() * cardinality(choices))::int]';
-- Tokens of every kind; those of one row can stand for each other.
CREATE TABLE kinds (kind text PRIMARY KEY, tokens text[]);
INSERT INTO kinds VALUES
    ('operand', ARRAY['a', 'b1', '_c$', 'naïve', '"A"', '"a b"', '"a""b"', 'U&"\0061x"', '1', '12', '1.5', '.5', '1e3', '2.', '''x''', '''x y''',
        '''x  y''', '''it''''s''', '''--''', '''/*''', E'''two\nlines''', 'E''a\nb''', 'E''\\''', 'B''101''', 'X''1F''', 'N''n''',
        '$$d$$', '$$d d$$', '$t$ $$ -- '' $t$', E'$x$\n-- UP\n$x$', 'U&''\0041''', 'true', 'NULL', '$1']),
    ('operator', ARRAY['+', '-', '*', '/', '<', '>', '=', '<=', '>=', '<>', '!=', '||', '->', '->>', '@>', '~*', '#-', '%', '^', '&', '|']);
-- SELECT, expressions, and a semicolon, or more of it.
CREATE FUNCTION random_tokens() RETURNS text[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE t text[] := '{}'; operand text[] := (SELECT tokens FROM kinds WHERE kind = 'operand');
    operator text[] := (SELECT tokens FROM kinds WHERE kind = 'operator');
BEGIN
    FOR statement IN 1 .. 1 + floor(random() * 3) LOOP
        t := t || pick(ARRAY['SELECT', 'VALUES (', 'INSERT INTO t SELECT', 'CREATE TABLE u AS SELECT']);
        IF t[cardinality(t)] = 'VALUES (' THEN
            t := trim_array(t, 1) || ARRAY['VALUES', '(', pick(operand), ',', pick(operand), ')'];
        ELSE
            t := trim_array(t, 1) || string_to_array(t[cardinality(t)], ' ');
            FOR item IN 1 .. 1 + floor(random() * 3) LOOP
                t := t || pick(operand);
                FOR more IN 1 .. floor(random() * 4) LOOP t := t || pick(operator) || pick(operand); END LOOP;
                IF random() < 0.3 THEN t := t || ARRAY['AS', pick(ARRAY['x', '"X"'])]; END IF;
                t := t || ','::text;
            END LOOP;
            t := trim_array(t, 1) || ARRAY['FROM', 't'];
        END IF;
        t := t || ';'::text;
    END LOOP;
    RETURN t;
END $$;
-- Between two tokens: nothing where that is safe, else white space and comments of all kinds.
CREATE FUNCTION gap(must boolean) RETURNS text LANGUAGE plpgsql VOLATILE AS $f$
DECLARE g text := CASE WHEN must OR random() < 0.5 THEN pick(ARRAY[' ', ' ', ' ', E'\t', E'\n', E'\r\n', E'\f', E' \r']) ELSE '' END;
BEGIN
    WHILE g <> '' AND random() < 0.4 LOOP
        g := g || pick(ARRAY[' ', E'\n', E'\r\n', E'\t ', '/* a ; '' $$ " comment */', '/* nested /* one */ */', E'-- a ; '' $$ " comment\n',
                             E'--\r\n', E'/*\n-- UPWARD\n*/', E'-- DOWNWARD\n', '/**/']);
    END LOOP;
    RETURN g;
END $f$;
CREATE FUNCTION spelled(t text[]) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE body text := gap(false); word boolean;
BEGIN
    FOR i IN 1 .. cardinality(t) LOOP
        word := t[i] ~ '^[a-zA-Z_][a-zA-Z0-9_$]*$';
        body := body || CASE WHEN word AND random() < 0.3 THEN upper(t[i]) WHEN word AND random() < 0.3 THEN lower(t[i]) ELSE t[i] END
            || gap(NOT (t[i] IN (',', ';', '(', ')') OR coalesce(t[i + 1], ';') IN (',', ';', '(', ')')));
    END LOOP;
    -- As a checkout on Windows does it, literals included.
    IF random() < 0.2 THEN body := replace(replace(body, E'\r\n', E'\n'), E'\n', E'\r\n'); END IF;
    RETURN body;
END $$;
-- One token changed, dropped, doubled, or exchanged with the next one.
CREATE FUNCTION mutated(t text[]) RETURNS text[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE i int; result text[]; inner_at int; how float;
BEGIN
    LOOP
        i := 1 + floor(random() * cardinality(t)); how := random(); result := t;
        IF how < 0.4 THEN
            result[i] := (SELECT pick(tokens) FROM kinds WHERE t[i] = ANY (tokens));
        ELSIF how < 0.6 AND length(t[i]) > 2 THEN -- a character more within it
            inner_at := 2 + floor(random() * (length(t[i]) - 2));
            result[i] := overlay(t[i] PLACING pick(ARRAY[' ', 'x', '0', '_']) FROM inner_at FOR 0);
        ELSIF how < 0.75 THEN result := t[:i - 1] || t[i + 1:];
        ELSIF how < 0.9 THEN result := t[:i] || t[i:];
        ELSIF i < cardinality(t) THEN result[i] := t[i + 1]; result[i + 1] := t[i];
        END IF;
        -- Word case is no change; and 'a' 'b' in two lines would be one literal.
        EXIT WHEN lower(array_to_string(result, ' ')) <> lower(array_to_string(t, ' ')) AND array_position(result, NULL) IS NULL;
    END LOOP;
    RETURN result;
END $$;

CREATE TABLE cosmetic (n int, before text, after text, tokens text[]);
CREATE TABLE semantic (LIKE cosmetic);
DO $$
DECLARE tokens text[]; body text; other text; n int := 0; bom text := chr(65279);
BEGIN
    WHILE n < 1000 LOOP
        tokens := random_tokens();
        body := spelled(tokens); other := spelled(tokens);
        CONTINUE WHEN body = other;
        -- As a file of a client, with a byte order mark or without. What does not parse (1 = 2 = 3) never gets so far.
        BEGIN
            PERFORM migrator.load_file((n + 1) || '_x.sql', CASE WHEN random() < 0.5 THEN bom ELSE '' END || body, module => 'cosmetic');
        EXCEPTION WHEN syntax_error OR invalid_parameter_value OR data_exception THEN
            CONTINUE;
        END;
        n := n + 1;
        INSERT INTO cosmetic VALUES (n, body, other, tokens);
    END LOOP;
    n := 0;
    WHILE n < 1000 LOOP
        tokens := random_tokens();
        body := spelled(tokens); other := spelled(mutated(tokens));
        BEGIN
            PERFORM migrator.load((n + 1)::text, 'x', other, module => 'semantic');
            PERFORM migrator.load((n + 1)::text, 'x', body, module => 'semantic');
        EXCEPTION WHEN syntax_error OR invalid_parameter_value OR data_exception THEN
            CONTINUE;
        END;
        n := n + 1;
        INSERT INTO semantic VALUES (n, body, other, tokens);
    END LOOP;
END $$;
SET client_min_messages = error; -- the tables in these bodies are nowhere
SELECT is(count(*), 1000::bigint, '1,000 bodies are the baseline') FROM migrator.baseline('1000', module => 'cosmetic');
SELECT is(count(*), 1000::bigint, '1,000 bodies are the baseline') FROM migrator.baseline('1000', module => 'semantic');
RESET client_min_messages;
-- Until something has run on top of it, a baseline may be changed.
DO $$ BEGIN PERFORM migrator.load('1001', 'on top', 'SELECT 1', module => 'semantic'), migrator.apply(module => 'semantic'); END $$;
SELECT is(count(*), 1000::bigint, '1,000 cosmetic changes are loaded') FROM cosmetic, migrator.load_file(n || '_x.sql',
    CASE WHEN random() < 0.5 THEN chr(65279) ELSE '' END || CASE WHEN random() < 0.3 THEN E'-- UP\n' ELSE '' END || after, module => 'cosmetic');
SELECT is(count(migrator.load(n::text, 'x', after, module => 'semantic')), 1000::bigint, '1,000 semantic changes are loaded') FROM semantic;

SELECT is(count(*), 0::bigint, 'no cosmetic change alarms') FROM migrator.status('cosmetic') WHERE status <> 'baseline';
SELECT is(count(*), 0::bigint, 'every semantic change alarms') FROM migrator.status('semantic') WHERE status <> 'modified' AND version <> '1001';
SELECT diag(format(E'alarmed:\n%s\n---\n%s', before, after)) FROM migrator.status('cosmetic') s JOIN cosmetic ON n = version::text::int
    WHERE status <> 'baseline' ORDER BY length(before) LIMIT 3;
SELECT diag(format(E'unnoticed:\n%s\n---\n%s', before, after)) FROM migrator.status('semantic') s JOIN semantic ON n = version::text::int
    WHERE status <> 'modified' AND version <> '1001' ORDER BY length(before) LIMIT 3;
SELECT throws_ok('SELECT * FROM migrator.apply(module => ''semantic'')', 'MG001', '1000 migrations were changed after they were applied', 'and apply() says so');
SELECT lives_ok('SELECT * FROM migrator.apply(module => ''cosmetic'')', 'cosmetic changes do not stop apply()');
SELECT * FROM finish();
