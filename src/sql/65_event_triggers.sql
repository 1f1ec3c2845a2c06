-- They tell a run what its statements do, and return at once for everybody else. No SET search_path: for everybody's
-- DDL that would cost more than all the rest of them, and they look up no names.
CREATE FUNCTION migrator.see_commands() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'migrator_see_commands' LANGUAGE C VOLATILE PARALLEL UNSAFE;
CREATE FUNCTION migrator.see_drops() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'migrator_see_drops' LANGUAGE C VOLATILE PARALLEL UNSAFE;
CREATE FUNCTION migrator.check_rewrite() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'migrator_check_rewrite' LANGUAGE C VOLATILE PARALLEL UNSAFE;

CREATE EVENT TRIGGER migrator_see_commands ON ddl_command_end EXECUTE FUNCTION migrator.see_commands();
CREATE EVENT TRIGGER migrator_see_drops ON sql_drop EXECUTE FUNCTION migrator.see_drops();
CREATE EVENT TRIGGER migrator_check_rewrite ON table_rewrite EXECUTE FUNCTION migrator.check_rewrite();
-- Under session_replication_role = replica too.
ALTER EVENT TRIGGER migrator_see_commands ENABLE ALWAYS;
ALTER EVENT TRIGGER migrator_see_drops ENABLE ALWAYS;
ALTER EVENT TRIGGER migrator_check_rewrite ENABLE ALWAYS;
