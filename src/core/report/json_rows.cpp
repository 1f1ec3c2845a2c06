#include "core/report/json_rows.hpp"

#include "core/base/interruption.hpp"
#include "core/migration/allowance.hpp"

namespace mig::report {

namespace {

std::optional<std::string> unless_empty(std::string const &text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

void number_or_null(JsonWriter &out, std::string_view name, std::int32_t number) {
    out.key(name);
    if (number > 0)
        out.value(number);
    else
        out.null();
}

void write_plan(JsonWriter &out, Report const &report) {
    out.key("plan").array();
    for (Migration const &migration : report.migrations)
        for (Statement const &statement : migration.statements) {
            check_for_interrupts();
            if (statement.seen.statement == 0) // an error beside the statements
                continue;
            out.object().member("version", migration.version).member("name", migration.name);
            out.member("statement", statement.seen.statement).member("line", statement.region.line);
            out.member("command", statement.seen.command).member("sql", statement.seen.sql);
            out.member("source", migration.source ? std::optional(path_of(report, migration)) : std::nullopt);
            out.member("transactional", statement.seen.verify || migration.transactional);
            out.member("verify", statement.seen.verify).end();
        }
    out.end();
}

void write_lint(JsonWriter &out, Report const &report) {
    out.key("lint").array();
    for (Migration const &migration : report.migrations)
        for (Finding const &finding : migration.findings) {
            check_for_interrupts();
            if (finding.rule == std::string_view(conflict_rule)) // of the rehearsal
                continue;
            out.object().member("version", migration.version);
            number_or_null(out, "statement", finding.statement);
            number_or_null(out, "line", finding.line);
            out.member("rule", finding.rule).member("severity", mig::to_text(finding.severity));
            out.member("message", finding.message).member("hint", unless_empty(finding.hint)).end();
        }
    out.end();
}

void write_status(JsonWriter &out, Report const &report) {
    out.key("status").array();
    for (Standing const &one : report.status) {
        check_for_interrupts();
        out.object().member("version", one.version).member("name", one.name).member("status", one.status);
        out.member("applied_at", one.applied_at).member("reversible", one.reversible);
        out.member("detail", one.detail).member("kind", one.kind).end();
    }
    out.end();
}

} // namespace

void write_rows(JsonWriter &out, Report const &report) {
    write_plan(out, report);
    write_lint(out, report);
    write_status(out, report);
}

void write_relations(JsonWriter &out, Report const &report) {
    out.key("relations").array();
    for (Relation const &relation : report.relations) {
        check_for_interrupts();
        out.object().member("name", relation.name).member("bytes", relation.bytes);
        out.member("rows", relation.rows).end();
    }
    out.end();
}

} // namespace mig::report
