-- Row level security: a session sees the account that it has set app.account_id to, and none if it has not.

-- UP
CREATE FUNCTION current_account() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.account_id', true), '')::bigint;

ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
CREATE POLICY projects_of_account ON projects USING (account_id = current_account());

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY tasks_of_account ON tasks
    USING (EXISTS (SELECT FROM projects p WHERE p.id = project_id AND p.account_id = current_account()));

-- DOWN
DROP POLICY tasks_of_account ON tasks;
ALTER TABLE tasks DISABLE ROW LEVEL SECURITY;
DROP POLICY projects_of_account ON projects;
ALTER TABLE projects DISABLE ROW LEVEL SECURITY;
DROP FUNCTION current_account();
