-- UP
CREATE TABLE five (i int);
-- DOWN
DROP TABLE five;
