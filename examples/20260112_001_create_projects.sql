-- UP
CREATE TABLE projects (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id  bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name        text NOT NULL CHECK (name <> ''),
    created_at  timestamptz NOT NULL DEFAULT now(),
    archived_at timestamptz
);

-- An archived project's name may be used again.
CREATE UNIQUE INDEX projects_active_name_key ON projects (account_id, name) WHERE archived_at IS NULL;

-- DOWN
DROP TABLE projects;
