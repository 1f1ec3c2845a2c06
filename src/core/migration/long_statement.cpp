#include "core/migration/long_statement.hpp"

#include <algorithm>
#include <string_view>

namespace mig {

namespace {

// Command tags, in the order of strcmp(). What is not here may take long.
constexpr std::string_view quick[] = {
    "ALTER DEFAULT PRIVILEGES", "ALTER FUNCTION",    "ALTER POLICY",     "ALTER PROCEDURE", "ALTER ROLE",
    "ALTER SCHEMA",             "ALTER SEQUENCE",    "ALTER TYPE",       "ALTER VIEW",      "COMMENT",
    "CREATE AGGREGATE",         "CREATE CAST",       "CREATE COLLATION", "CREATE DOMAIN",   "CREATE FUNCTION",
    "CREATE OPERATOR",          "CREATE POLICY",     "CREATE PROCEDURE", "CREATE ROLE",     "CREATE RULE",
    "CREATE SCHEMA",            "CREATE SEQUENCE",   "CREATE TABLE",     "CREATE TRIGGER",  "CREATE TYPE",
    "CREATE VIEW",              "DROP AGGREGATE",    "DROP CAST",        "DROP COLLATION",  "DROP DOMAIN",
    "DROP FUNCTION",            "DROP INDEX",        "DROP OPERATOR",    "DROP POLICY",     "DROP PROCEDURE",
    "DROP ROLE",                "DROP RULE",         "DROP SEQUENCE",    "DROP TABLE",      "DROP TRIGGER",
    "DROP TYPE",                "DROP VIEW",         "GRANT",            "GRANT ROLE",      "RESET",
    "REVOKE",                   "REVOKE ROLE",       "SET",
};

} // namespace

bool may_take_long(Statement const &statement) {
    return statement.kind == Statement::Kind::not_in_transaction ||
           !std::binary_search(std::begin(quick), std::end(quick), std::string_view(statement.command));
}

} // namespace mig
