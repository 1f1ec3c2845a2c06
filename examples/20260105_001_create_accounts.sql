-- UP
CREATE TABLE accounts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]*$'),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE accounts IS 'A paying customer; everything else belongs to one';

-- DOWN
DROP TABLE accounts;
