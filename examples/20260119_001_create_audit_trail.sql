-- UP
CREATE TABLE audit_trail (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened   timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor      text NOT NULL DEFAULT session_user,
    table_name text NOT NULL,
    row_id     bigint NOT NULL,
    action     text NOT NULL,
    before     jsonb,
    after      jsonb
);
CREATE INDEX audit_trail_row_idx ON audit_trail (table_name, row_id, happened);

CREATE FUNCTION record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $record_change$
DECLARE
    old_row jsonb;
    new_row jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_row := to_jsonb(NEW);
    END IF;
    -- An UPDATE that changes nothing is not worth a row; it's common with ORMs.
    IF old_row IS DISTINCT FROM new_row THEN
        INSERT INTO audit_trail (table_name, row_id, action, before, after)
        VALUES (TG_TABLE_NAME, (coalesce(new_row, old_row) ->> 'id')::bigint, lower(TG_OP), old_row, new_row);
    END IF;
    RETURN NULL;
END;
$record_change$;

CREATE TRIGGER projects_audit AFTER INSERT OR UPDATE OR DELETE ON projects
    FOR EACH ROW EXECUTE FUNCTION record_change();
CREATE TRIGGER tasks_audit AFTER INSERT OR UPDATE OR DELETE ON tasks
    FOR EACH ROW EXECUTE FUNCTION record_change();

-- DOWN
DROP TRIGGER tasks_audit ON tasks;
DROP TRIGGER projects_audit ON projects;
DROP FUNCTION record_change();
DROP TABLE audit_trail;
