-- migrator.version: a version as it was spelled, in the order that src/core/base/version.hpp describes.
CREATE TYPE migrator.version;

CREATE FUNCTION migrator.version_in(cstring) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_out(migrator.version) RETURNS cstring
    AS 'MODULE_PATHNAME', 'migrator_version_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_recv(internal) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_send(migrator.version) RETURNS bytea
    AS 'MODULE_PATHNAME', 'migrator_version_send' LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE TYPE migrator.version (
    INPUT = migrator.version_in,
    OUTPUT = migrator.version_out,
    RECEIVE = migrator.version_recv,
    SEND = migrator.version_send,
    LIKE = text,
    CATEGORY = 'S'
);

-- To text it is the same bytes; from text it is checked.
CREATE CAST (migrator.version AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS migrator.version) WITH INOUT AS ASSIGNMENT;

-- Every operator also accepts text on one side: otherwise `version < some_text` would silently compare as text, because
-- of the implicit cast. The C functions serve all three, because the representation is the same.
CREATE FUNCTION migrator.version_lt(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_le(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_eq(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ne(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ge(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_gt(migrator.version, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_cmp(migrator.version, migrator.version) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_hash(migrator.version) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

CREATE FUNCTION migrator.version_lt(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_le(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_eq(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ne(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ge(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_gt(migrator.version, text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_cmp(migrator.version, text) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_lt(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_le(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_eq(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ne(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_ge(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_gt(text, migrator.version) RETURNS boolean
    AS 'MODULE_PATHNAME', 'migrator_version_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
CREATE FUNCTION migrator.version_cmp(text, migrator.version) RETURNS integer
    AS 'MODULE_PATHNAME', 'migrator_version_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;

-- In pg_catalog, so that `version < '10'` and max(version) work under any search_path; operators and aggregates for a
-- type of our own cannot shadow anything there.
CREATE OPERATOR pg_catalog.< (
    FUNCTION = migrator.version_lt, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = migrator.version_le, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    FUNCTION = migrator.version_eq, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, MERGES, HASHES
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = migrator.version_ne, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = migrator.version_ge, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = migrator.version_gt, LEFTARG = migrator.version, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = migrator.version_lt, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = migrator.version_le, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    FUNCTION = migrator.version_eq, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = migrator.version_ne, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = migrator.version_ge, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = migrator.version_gt, LEFTARG = migrator.version, RIGHTARG = text,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR pg_catalog.< (
    FUNCTION = migrator.version_lt, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR pg_catalog.<= (
    FUNCTION = migrator.version_le, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR pg_catalog.= (
    FUNCTION = migrator.version_eq, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel
);
CREATE OPERATOR pg_catalog.<> (
    FUNCTION = migrator.version_ne, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
    RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR pg_catalog.>= (
    FUNCTION = migrator.version_ge, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel
);
CREATE OPERATOR pg_catalog.> (
    FUNCTION = migrator.version_gt, LEFTARG = text, RIGHTARG = migrator.version,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

-- Without the operators that accept text: their family would have to order texts in the same way.
CREATE OPERATOR FAMILY migrator.version_ops USING btree;
CREATE OPERATOR CLASS migrator.version_ops DEFAULT FOR TYPE migrator.version USING btree FAMILY migrator.version_ops AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 migrator.version_cmp(migrator.version, migrator.version);
CREATE OPERATOR CLASS migrator.version_hash_ops DEFAULT FOR TYPE migrator.version USING hash AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 migrator.version_hash(migrator.version);

CREATE FUNCTION migrator.version_smaller(migrator.version, migrator.version) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_smaller' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION migrator.version_larger(migrator.version, migrator.version) RETURNS migrator.version
    AS 'MODULE_PATHNAME', 'migrator_version_larger' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE pg_catalog.min(migrator.version) (
    SFUNC = migrator.version_smaller, STYPE = migrator.version, SORTOP = OPERATOR(pg_catalog.<),
    COMBINEFUNC = migrator.version_smaller, PARALLEL = SAFE
);
CREATE AGGREGATE pg_catalog.max(migrator.version) (
    SFUNC = migrator.version_larger, STYPE = migrator.version, SORTOP = OPERATOR(pg_catalog.>),
    COMBINEFUNC = migrator.version_larger, PARALLEL = SAFE
);
