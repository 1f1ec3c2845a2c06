-- entry(path, content) is the part of a tar archive that one file makes; zeros(1024) ends an archive. The pieces of a header
-- are in ustar's order.
CREATE FUNCTION zeros(bigint) RETURNS bytea LANGUAGE sql AS $$SELECT decode(repeat('00', $1::int), 'hex')$$;
CREATE FUNCTION octal(number bigint, digits int) RETURNS bytea LANGUAGE sql AS
    $$SELECT convert_to(string_agg(((number >> 3 * i) & 7)::text, '' ORDER BY i DESC), 'UTF8') || zeros(1) FROM generate_series(0, digits - 1) i$$;
CREATE FUNCTION field(content text, length int) RETURNS bytea LANGUAGE sql AS
    $$SELECT convert_to(content, 'UTF8') || zeros(length - octet_length(content))$$;
CREATE FUNCTION header(path text, size bigint, sum bytea) RETURNS bytea LANGUAGE sql AS
    $$SELECT field(path, 100) || octal(420, 7) || octal(0, 7) || octal(0, 7) || octal(size, 11) || octal(0, 11) || sum || '0' || zeros(355)$$;
CREATE FUNCTION entry(path text, content text) RETURNS bytea LANGUAGE sql AS $$
    SELECT header(path, n, octal((SELECT sum(get_byte(h, i)) FROM generate_series(0, 511) i), 6) || ' ') || convert_to(content, 'UTF8') || zeros(-n & 511)
    FROM (SELECT octet_length(content)::bigint, header(path, octet_length(content), repeat(' ', 8)::bytea)) _(n, h)$$;
\set ECHO all
