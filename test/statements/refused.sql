# What psql refuses, when it runs or when it commits: the error is the same, and says where it is.
> SECURITY LABEL ON TABLE pg_class IS 'x'
> SECURITY LABEL FOR nobody ON FUNCTION now() IS NULL
> SECURITY LABEL ON ROLE postgres IS 'x'
> SECURITY LABEL ON TYPE int4 IS 'x'
> SECURITY LABEL ON LARGE OBJECT 1 IS 'x'
> DROP FUNCTION nowhere()
> DROP PROCEDURE nowhere()
> DROP AGGREGATE nowhere(int)
> DROP OPERATOR @@@@ (int, int)
> DROP TYPE nowhere
> DROP DOMAIN nowhere.d
> DROP SCHEMA nowhere
> DROP SCHEMA pg_catalog CASCADE
> DROP EXTENSION nowhere
> DROP LANGUAGE nowhere
> DROP SERVER nowhere
> DROP CAST (int AS point)
> DROP TRANSFORM FOR int LANGUAGE plpgsql
> DROP TABLE nowhere
> DROP TABLE a.b.c.d
> DROP TABLE elsewhere.public.t
> DROP INDEX nowhere, nowhere.too
> DROP INDEX CONCURRENTLY nowhere
> DROP INDEX CONCURRENTLY a.b.c.d
> DROP INDEX CONCURRENTLY elsewhere.public.i
> DROP INDEX CONCURRENTLY p_i, p_i
> DROP INDEX CONCURRENTLY k_pkey CASCADE
> DROP INDEX CONCURRENTLY p_i
> DROP TRIGGER nowhere ON k
> DROP POLICY nowhere ON k
> DROP RULE nowhere ON elsewhere.public.k
> DROP OWNED BY nobody
> CREATE INDEX CONCURRENTLY ON p (i)
> CREATE INDEX CONCURRENTLY ON nowhere (i)
> CREATE UNIQUE INDEX CONCURRENTLY twice ON two (i)
> ALTER TABLE p DETACH PARTITION p_d CONCURRENTLY
> ALTER TABLE nowhere DETACH PARTITION p_d CONCURRENTLY
> ALTER TABLE p DETACH PARTITION nowhere
> REINDEX TABLE nowhere
> REINDEX TABLE CONCURRENTLY elsewhere.public.t
> REINDEX (CONCURRENTLY maybe) TABLE k
> REINDEX TABLE CONCURRENTLY pg_class
> CLUSTER nowhere USING k_pkey
> CLUSTER elsewhere.public.k USING k_pkey
> VACUUM elsewhere.public.k
> CREATE DATABASE template1
> DROP DATABASE template1
> DROP SUBSCRIPTION nowhere
> ALTER SUBSCRIPTION nowhere REFRESH PUBLICATION
> ALTER SUBSCRIPTION disabled REFRESH PUBLICATION
> ALTER SUBSCRIPTION disabled SET PUBLICATION q
> CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, create_slot = true)
> CALL nowhere(1)
> CALL elsewhere.a.b.c(1)
> CALL ends_in_function()
> DO $$ BEGIN EXECUTE 'VACUUM' ; END $$
> DO LANGUAGE nowhere 'x'
> SELECT ends_by_itself()
> INSERT INTO later VALUES (7)
> IMPORT FOREIGN SCHEMA s FROM SERVER nowhere INTO public
> COPY nowhere TO '/dev/null'
> LOAD 'nowhere'
> EXECUTE nowhere
