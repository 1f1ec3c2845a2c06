-- UP
CREATE TYPE member_role AS ENUM ('owner', 'admin', 'member', 'guest');

CREATE TABLE memberships (
    account_id bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
    user_id    bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    role       member_role NOT NULL DEFAULT 'member',
    joined_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX memberships_user_id_idx ON memberships (user_id);

-- An account has no more than one owner.
CREATE UNIQUE INDEX memberships_owner_key ON memberships (account_id) WHERE role = 'owner';

-- DOWN
DROP TABLE memberships;
DROP TYPE member_role;
