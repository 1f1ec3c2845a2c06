-- UP
CREATE TYPE task_status AS ENUM ('open', 'in_progress', 'done', 'cancelled');

CREATE TABLE tasks (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id  bigint NOT NULL REFERENCES projects ON DELETE CASCADE,
    -- An import brings subtasks and parents in any order, so this is checked at its end.
    parent_id   bigint REFERENCES tasks DEFERRABLE INITIALLY DEFERRED,
    assignee_id bigint REFERENCES users ON DELETE SET NULL,
    title       text NOT NULL CHECK (title <> ''),
    status      task_status NOT NULL DEFAULT 'open',
    due_on      date,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CHECK (parent_id <> id)
);
CREATE INDEX tasks_project_id_idx ON tasks (project_id);
CREATE INDEX tasks_assignee_open_idx ON tasks (assignee_id, due_on) WHERE status IN ('open', 'in_progress');

-- DOWN
DROP TABLE tasks;
DROP TYPE task_status;
