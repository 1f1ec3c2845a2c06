#include "core/migration/long_statement.hpp"

#include "core/text/text.hpp"

#include <algorithm>

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

constexpr std::size_t few_rows = 8192; // bytes

// By its words: a literal that has one of these only costs a line of output.
bool lists_its_rows(std::string_view insert) {
    if (insert.size() > few_rows)
        return false;
    std::string const lower = lower_case(insert);
    return lower.find("select") == std::string::npos && lower.find("table") == std::string::npos;
}

} // namespace

bool may_take_long(Statement const &statement, std::string_view sql) {
    std::string_view const command = statement.command;
    if (command == "INSERT")
        return !lists_its_rows(sql);
    return statement.kind == Statement::Kind::not_in_transaction ||
           !std::binary_search(std::begin(quick), std::end(quick), command);
}

} // namespace mig
