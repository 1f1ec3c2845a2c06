-- UP
CREATE TABLE plans (
    code          text PRIMARY KEY,
    monthly_price numeric(8, 2) NOT NULL CHECK (monthly_price >= 0),
    max_projects  integer CHECK (max_projects > 0)
);
INSERT INTO plans (code, monthly_price, max_projects) VALUES
    ('free', 0, 2),
    ('team', 29, 25),
    ('business', 99, NULL);

-- A constant default: existing rows are not rewritten.
ALTER TABLE accounts ADD COLUMN plan_code text NOT NULL DEFAULT 'free' REFERENCES plans;

-- DOWN
ALTER TABLE accounts DROP COLUMN plan_code;
DROP TABLE plans;
