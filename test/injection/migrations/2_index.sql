-- migrator: no-transaction
-- UP
CREATE INDEX CONCURRENTLY five_i ON five (i);
-- DOWN
DROP INDEX CONCURRENTLY five_i;
