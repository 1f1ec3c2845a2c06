-- UP
ALTER TABLE tasks ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED;
CREATE INDEX tasks_search_idx ON tasks USING gin (search);

-- DOWN
DROP INDEX tasks_search_idx;
ALTER TABLE tasks DROP COLUMN search;
