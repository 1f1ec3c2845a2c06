// The report for a program: docs/report.schema.json describes it. Members may be added; those that exist keep their
// meaning (format_version).
#include "core/base/interruption.hpp"
#include "core/report/json_rows.hpp"
#include "core/report/json_writer.hpp"
#include "core/report/report.hpp"
#include "core/report/totals.hpp"

namespace mig::report {

namespace {

std::optional<std::string> unless_empty(std::string const &text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

void write(JsonWriter &out, Statement const &statement) {
    check_for_interrupts();
    Rehearsed const &seen = statement.seen;
    out.object();
    out.member("statement", seen.statement).member("line", statement.region.line);
    out.member("end_line", statement.region.end_line).member("verify", seen.verify);
    out.member("command", seen.command).member("sql", seen.sql);
    // Format 1 calls the execution time duration_ms, here and in the summary.
    out.member("duration_ms", seen.execution_time_ms).member("rows", seen.rows).member("wal_bytes", seen.wal_bytes);
    out.key("locks").array();
    for (TakenLock const &lock : seen.locks)
        out.object().member("relation", lock.relation).member("mode", lock.mode).end();
    out.end();
    out.member("held_ms", seen.held_ms).member("rewrites", seen.rewrites).member("scans", seen.scans);
    out.key("objects").array();
    for (TouchedObject const &object : seen.objects) {
        check_for_interrupts();
        out.object().member("how", to_text(object.how)).member("type", object.type).member("identity", object.identity);
        out.member("part", unless_empty(object.part)).member("what", unless_empty(object.what)).end();
    }
    out.end();
    out.member("blocks", seen.blocks);
    out.member("error", seen.error).member("sqlstate", seen.sqlstate).member("note", seen.note);
    out.end();
}

void write(JsonWriter &out, Finding const &finding, std::string const *allowed_because = nullptr) {
    check_for_interrupts();
    out.object();
    if (finding.statement > 0)
        out.member("statement", finding.statement);
    else
        out.key("statement").null(); // the migration as a whole
    out.member("line", finding.line).member("rule", finding.rule).member("severity", mig::to_text(finding.severity));
    out.member("message", finding.message).member("hint", unless_empty(finding.hint));
    if (allowed_because)
        out.member("reason", *allowed_because);
    out.end();
}

void write(JsonWriter &out, Report const &report, Migration const &migration) {
    out.object().member("version", migration.version).member("name", migration.name).member("kind", migration.kind);
    out.member("source", migration.source ? std::optional(path_of(report, migration)) : std::nullopt);
    out.member("pending", migration.pending)
        .member("reversible", migration.reversible)
        .member("transactional", migration.transactional);
    out.key("statements").array();
    for (Statement const &statement : migration.statements)
        write(out, statement);
    out.end().key("findings").array();
    for (Finding const &finding : migration.findings)
        write(out, finding);
    out.end().key("allowed").array();
    for (Silenced const &one : migration.allowed)
        write(out, one.finding, &one.reason);
    out.end().end();
}

void write_waits(JsonWriter &out, Totals const &all) {
    out.key("waits").array();
    for (Wait const &wait : all.waits) {
        check_for_interrupts();
        out.object().member("relation", wait.relation).member("mode", wait.mode);
        out.member("who", wait.who == Waiting::reads_and_writes ? "reads and writes" : "writes");
        out.member("held_ms", wait.held_ms).member("version", wait.migration->version);
        out.member("line", wait.statement->region.line).end();
    }
    out.end();
}

void write_removed(JsonWriter &out, Totals const &all) {
    out.key("removed").array();
    for (Loss const &loss : all.losses) {
        check_for_interrupts();
        out.object().member("what", loss.what).member("name", loss.name).member("version", loss.migration->version);
        out.member("line", loss.statement->region.line).end();
    }
    out.end();
}

void write_conflicts(JsonWriter &out, Report const &report) {
    out.key("conflicts").array();
    for (Conflict const &conflict : report.conflicts) {
        check_for_interrupts();
        out.object().member("version_a", conflict.version_a).member("version_b", conflict.version_b);
        out.member("object", conflict.object).member("why", conflict.why).end();
    }
    out.end();
}

} // namespace

std::string json(Report const &report) {
    Totals const all = totals(report);
    JsonWriter out;
    out.object().member("format_version", 1).member("module", report.module).member("target", report.target);
    out.member("plan_token", report.plan_token);
    out.key("refusal");
    if (report.refusal)
        out.object().member("message", report.refusal->message).member("sqlstate", report.refusal->sqlstate).end();
    else
        out.null();
    out.key("summary").object();
    out.member("pending", all.pending).member("statements", all.statements);
    out.member("rehearsed", all.rehearsed).member("failed", all.failed || report.refusal);
    out.member("errors", all.errors).member("warnings", all.warnings).member("infos", all.infos);
    out.member("duration_ms", all.execution_time_ms).member("wal_bytes", all.wal_bytes);
    out.member("reads_wait", all.waiting(Waiting::reads_and_writes));
    out.member("writes_wait", all.waiting(Waiting::writes));
    out.member("rewritten", all.rewritten).member("scanned", all.scanned).member("irreversible", all.irreversible);
    write_removed(out, all);
    write_waits(out, all);
    out.end();
    write_conflicts(out, report);
    write_rows(out, report);
    write_relations(out, report);
    out.key("migrations").array();
    for (Migration const &migration : report.migrations)
        write(out, report, migration);
    return out.end().end().take();
}

} // namespace mig::report
