-- First of two: the column, which the application fills in for new users from now on.

-- UP
ALTER TABLE users ADD COLUMN display_name text;

-- DOWN
ALTER TABLE users DROP COLUMN display_name;
