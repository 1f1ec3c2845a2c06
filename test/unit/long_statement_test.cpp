#include "core/migration/long_statement.hpp"

#include <gtest/gtest.h>

using mig::Statement;

static bool may_take_long(const char *command, Statement::Kind kind = Statement::Kind::ordinary) {
    return mig::may_take_long({kind, 0, 1, 1, command}, "INSERT INTO a SELECT * FROM b");
}

static bool insert_may_take_long(std::string const &sql) {
    return mig::may_take_long({Statement::Kind::ordinary, 0, 1, 1, "INSERT"}, sql);
}

TEST(LongStatement, WorksOnRowsOrRunsCode) {
    for (const char *command : {"CREATE INDEX", "CREATE TABLE AS", "SELECT", "SELECT INTO", "INSERT", "UPDATE", "DELETE",
                                "MERGE", "COPY", "DO", "CALL", "ALTER TABLE", "ALTER DOMAIN", "CREATE MATERIALIZED VIEW",
                                "REFRESH MATERIALIZED VIEW", "REINDEX", "CREATE EXTENSION", "a command of tomorrow"})
        EXPECT_TRUE(may_take_long(command)) << command;
}

// Each is found: a list out of order would hide some.
TEST(LongStatement, WorksOnCatalogsAlone) {
    for (const char *command :
         {"ALTER DEFAULT PRIVILEGES", "ALTER FUNCTION", "ALTER POLICY", "ALTER PROCEDURE", "ALTER ROLE", "ALTER SCHEMA",
          "ALTER SEQUENCE", "ALTER TYPE", "ALTER VIEW", "COMMENT", "CREATE AGGREGATE", "CREATE CAST", "CREATE COLLATION",
          "CREATE DOMAIN", "CREATE FUNCTION", "CREATE OPERATOR", "CREATE POLICY", "CREATE PROCEDURE", "CREATE ROLE",
          "CREATE RULE", "CREATE SCHEMA", "CREATE SEQUENCE", "CREATE TABLE", "CREATE TRIGGER", "CREATE TYPE",
          "CREATE VIEW", "DROP AGGREGATE", "DROP CAST", "DROP COLLATION", "DROP DOMAIN", "DROP FUNCTION", "DROP INDEX",
          "DROP OPERATOR", "DROP POLICY", "DROP PROCEDURE", "DROP ROLE", "DROP RULE", "DROP SEQUENCE", "DROP TABLE",
          "DROP TRIGGER", "DROP TYPE", "DROP VIEW", "GRANT", "GRANT ROLE", "RESET", "REVOKE", "REVOKE ROLE", "SET"})
        EXPECT_FALSE(may_take_long(command)) << command;
}

// DROP INDEX CONCURRENTLY waits for every other transaction.
TEST(LongStatement, WaitsForOthers) { EXPECT_TRUE(may_take_long("DROP INDEX", Statement::Kind::not_in_transaction)); }

TEST(LongStatement, InsertsFewRows) {
    EXPECT_FALSE(insert_may_take_long("INSERT INTO plans (name, price) VALUES ('free', 0), ('pro', 99)"));
    EXPECT_FALSE(insert_may_take_long("INSERT INTO plans DEFAULT VALUES"));
    EXPECT_TRUE(insert_may_take_long("insert into plans select * from old_plans"));
    EXPECT_TRUE(insert_may_take_long("INSERT INTO plans TABLE old_plans"));
    EXPECT_TRUE(insert_may_take_long("INSERT INTO plans VALUES ((Select max(price) FROM old_plans))"));
    EXPECT_TRUE(insert_may_take_long("INSERT INTO plans VALUES ('" + std::string(9000, 'x') + "')"));
}
