-- UP
CREATE TABLE users (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email         text NOT NULL CHECK (position('@' IN email) > 1),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz
);

-- Nobody remembers how they capitalised their address.
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

-- DOWN
DROP TABLE users;
