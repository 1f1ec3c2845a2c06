// Reports for the tests of their renderings.
#pragma once

#include "core/report/report.hpp"

namespace example {

inline mig::report::Statement statement(std::int32_t number, std::int32_t line, std::string command, std::string sql) {
    mig::report::Statement one;
    one.seen.statement = number;
    one.seen.line = line;
    one.seen.command = std::move(command);
    one.seen.sql = std::move(sql);
    one.seen.execution_time_ms = 0.25;
    one.seen.rows = 0;
    one.seen.wal_bytes = 1024;
    one.region = {line, 1, line, static_cast<std::int32_t>(one.seen.sql.size()) + 1};
    return one;
}

inline mig::report::Migration migration(std::string version, std::string name) {
    mig::report::Migration one;
    one.version = std::move(version);
    one.name = std::move(name);
    one.kind = "versioned";
    one.source = one.version + "_" + one.name + ".sql";
    one.reversible = true;
    return one;
}

inline mig::Finding finding(std::string version, std::int32_t statement, std::int32_t line, mig::Severity severity,
                            std::string message, std::string hint = {}) {
    return {std::move(version), statement, line, "set-not-null-scans", severity, std::move(message), std::move(hint)};
}

// Two migrations: a table is made and another one altered with hazards; a statement fails, the one behind it is left.
inline mig::report::Report report() {
    using How = mig::TouchedObject::How;
    mig::report::Report all;
    all.module = "main";
    all.tool_version = "1.0";
    all.rules = {{"create-index-without-concurrently", "Writes wait until the index is built."},
                 {"set-not-null-scans", "The whole table is read under an AccessExclusiveLock."}};
    mig::report::Migration first = migration("1", "orders");
    first.statements.push_back(statement(1, 2, "CREATE TABLE", "CREATE TABLE lines (id int)"));
    first.statements[0].seen.objects = {{How::created, "table", "public.lines", "", ""}};
    first.statements[0].seen.locks = {{"public.lines", "AccessExclusiveLock"}};
    first.statements.push_back(statement(2, 3, "ALTER TABLE", "ALTER TABLE orders ALTER total SET NOT NULL"));
    first.statements[1].seen.locks = {
        {"public.orders", "AccessExclusiveLock"}, {"public.orders", "ShareLock"}, {"public.users", "ShareLock"}};
    first.statements[1].seen.scans = {"public.orders"};
    first.statements[1].seen.rewrites = {"public.orders"};
    first.statements[1].seen.execution_time_ms = 1234;
    first.findings = {
        finding("1", 2, 3, mig::Severity::warning, "SET NOT NULL reads all of public.orders", "Add a CHECK first.")};
    mig::report::Migration second = migration("2", "budget");
    second.reversible = false;
    second.statements.push_back(statement(1, 1, "UPDATE", "UPDATE projects SET budgt = 0"));
    second.statements[0].seen.execution_time_ms.reset();
    second.statements[0].seen.rows.reset();
    second.statements[0].seen.wal_bytes.reset();
    second.statements[0].seen.error = "column \"budgt\" does not exist";
    second.statements[0].seen.sqlstate = "42703";
    second.statements.push_back(statement(2, 2, "SELECT", "SELECT 1"));
    second.statements[1].seen.execution_time_ms.reset();
    all.migrations = {first, second};
    return all;
}

} // namespace example
