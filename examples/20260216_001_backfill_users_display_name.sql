-- Second of two: everyone who was there before gets the part of the address in front of the @.
-- The way back keeps the names: by then users may have changed them.

-- UP
UPDATE users SET display_name = split_part(email, '@', 1) WHERE display_name IS NULL;
ALTER TABLE users ALTER COLUMN display_name SET NOT NULL;

-- DOWN
ALTER TABLE users ALTER COLUMN display_name DROP NOT NULL;
