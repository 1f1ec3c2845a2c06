#include "core/report/outline.hpp"

#include "core/base/interruption.hpp"
#include "core/migration/allowance.hpp"
#include "core/report/markdown_text.hpp"
#include "core/text/text.hpp"

namespace mig::report {

namespace {

using Kind = Piece::Kind;
using Topic = Part::Topic;

constexpr std::size_t longest_sql = 120, longest_reason = 300, longest_text = 1500;

std::string cut(std::string_view text, std::size_t most) {
    std::string_view const part = shortened(text, most);
    return std::string(part) + (part.size() < text.size() ? " ..." : "");
}

Piece prose_piece(std::string text) { return {Kind::prose, std::move(text)}; }
Piece code_piece(std::string_view text, std::size_t most = longest_sql) { return {Kind::code, cut(text, most)}; }

// ` (2, line 3)`
void add_place(Line &line, Migration const &migration, Statement const &statement) {
    line.push_back(prose_piece(" ("));
    line.push_back(code_piece(migration.version));
    line.push_back(prose_piece(" line " + std::to_string(statement.region.line) + ")"));
}

// Adds parts, and lines to the last one as long as they are few.
class Outline {
  public:
    void begin(Topic topic, const char *title) { parts_.push_back({topic, title, {}}); }
    void add(Line line) {
        if (parts_.back().lines.size() < most_lines)
            parts_.back().lines.push_back(std::move(line));
        else
            ++parts_.back().left_out;
    }
    void end() {
        if (parts_.back().lines.empty())
            parts_.pop_back();
    }
    std::vector<Part> take() { return std::move(parts_); }

  private:
    std::vector<Part> parts_;
};

void add_failure(Outline &out, Report const &report, Totals const &all) {
    out.begin(Topic::fails, "Fails");
    if (all.failed) {
        Rehearsed const &seen = all.failed->seen;
        Migration const &migration = *all.failed_migration;
        Line line = {{Kind::alarm, "The rehearsal fails"},
                     prose_piece(" in "),
                     code_piece(migration.version),
                     prose_piece(" " + migration.name + ", ")};
        if (migration.source)
            line.push_back(code_piece(path_of(report, migration), longest_text));
        std::string where =
            std::string(migration.source ? " " : "") + "line " + std::to_string(all.failed->region.line);
        if (seen.statement > 0)
            where += ", statement " + std::to_string(seen.statement) + (seen.verify ? " of the verify script" : "");
        line.push_back(prose_piece(where + ": "));
        line.push_back(code_piece(*seen.error, longest_text));
        if (seen.sqlstate) {
            line.push_back(prose_piece(" ("));
            line.push_back(code_piece(*seen.sqlstate));
            line.push_back(prose_piece(")"));
        }
        out.add(std::move(line));
        out.add({code_piece(seen.sql.empty() ? seen.command : seen.sql, longest_text)});
        if (seen.note)
            out.add({prose_piece(*seen.note)});
    }
    if (report.refusal)
        out.add({{Kind::alarm, "Not rehearsed:"},
                 prose_piece(" "),
                 code_piece(report.refusal->message, longest_text),
                 prose_piece(" ("),
                 code_piece(report.refusal->sqlstate),
                 prose_piece(")")});
    out.end();
}

void add_conflicts(Outline &out, Report const &report) {
    out.begin(Topic::conflicts, "Conflicts");
    for (Conflict const &conflict : report.conflicts) {
        check_for_interrupts();
        out.add({code_piece(conflict.version_b), prose_piece(" with "), code_piece(conflict.version_a),
                 prose_piece(" over "), code_piece(conflict.object),
                 prose_piece(": " + cut(conflict.why, longest_reason))});
    }
    if (!report.conflicts.empty())
        out.add({prose_piece("Change one of the two; or, where they are meant to run in this order, write "),
                 code_piece("-- migrator: allow=conflict reason"),
                 prose_piece(" above the first statement of the later one.")});
    out.end();
}

void add_losses(Outline &out, Totals const &all) {
    out.begin(Topic::removes, "Removes");
    for (Loss const &loss : all.losses) {
        check_for_interrupts();
        Line line = {prose_piece(loss.what + " "), code_piece(loss.name)};
        add_place(line, *loss.migration, *loss.statement);
        out.add(std::move(line));
    }
    out.end();
}

void add_waits(Outline &out, Totals const &all, Waiting who, Topic topic, const char *title) {
    out.begin(topic, title);
    for (Wait const &wait : all.waits) {
        if (wait.who != who)
            continue;
        Line line = {code_piece(wait.relation, longest_text)};
        line.push_back(prose_piece(wait.held_ms ? " for " + rounded_duration(*wait.held_ms) : ", not measured"));
        add_place(line, *wait.migration, *wait.statement);
        out.add(std::move(line));
    }
    out.end();
}

void add_names(Outline &out, Topic topic, const char *title, std::vector<std::string> const &names) {
    out.begin(topic, title);
    Line line;
    for (std::size_t i = 0; i < names.size() && i < most_lines; ++i) {
        if (i > 0)
            line.push_back(prose_piece(", "));
        line.push_back(code_piece(names[i], longest_text));
    }
    if (names.size() > most_lines)
        line.push_back(prose_piece(" and " + std::to_string(names.size() - most_lines) + " more"));
    if (!names.empty())
        out.add(std::move(line));
    out.end();
}

void add_allowed(Outline &out, Report const &report) {
    out.begin(Topic::allowed, "Allowed");
    for (Migration const &migration : report.migrations)
        for (Silenced const &one : migration.allowed) {
            check_for_interrupts();
            Line line = {code_piece(one.finding.rule), prose_piece(" in "), code_piece(migration.version)};
            if (one.finding.line > 0)
                line.push_back(prose_piece(" line " + std::to_string(one.finding.line)));
            line.push_back(prose_piece(", because: " + cut(one.reason, longest_reason)));
            if (!one.finding.message.empty())
                line.push_back(prose_piece(" (" + cut(one.finding.message, longest_reason) + ")"));
            out.add(std::move(line));
        }
    out.end();
}

void add_rehearsed(Outline &out, Report const &report, Totals const &all) {
    out.begin(Topic::rehearsed, "Rehearsed");
    std::string text = std::to_string(all.rehearsed) + " of " + counted(all.statements, "statement");
    if (all.rehearsed > 0)
        text += " in " + rounded_duration(all.execution_time_ms) + ", " + rounded_size(all.wal_bytes) + " of WAL";
    out.add({prose_piece(std::move(text))});
    for (Migration const &migration : report.migrations)
        for (Statement const &statement : migration.statements)
            if (statement.seen.plain_form && statement.seen.execution_time_ms) {
                Line line = {
                    code_piece(statement.seen.command),
                    prose_piece(" without CONCURRENTLY, which by itself keeps nobody from reading and writing")};
                add_place(line, migration, statement);
                out.add(std::move(line));
            }
    out.end();
    out.begin(Topic::plan_token, "Plan token");
    if (report.plan_token)
        out.add({{Kind::code, *report.plan_token}});
    out.end();
}

// Where no lock_timeout is in force, that is so for all, whatever table the message names.
std::string key_of(Finding const &finding) {
    if (finding.rule == std::string_view("no-lock-timeout"))
        return finding.rule;
    return std::string(to_text(finding.severity)) + finding.rule + '\n' + finding.message + '\n' + finding.hint;
}

} // namespace

std::vector<Part> outline(Report const &report, Totals const &all) {
    Outline out;
    add_failure(out, report, all);
    add_conflicts(out, report);
    add_losses(out, all);
    add_waits(out, all, Waiting::reads_and_writes, Topic::reads_wait, "Reads and writes wait for");
    add_waits(out, all, Waiting::writes, Topic::writes_wait, "Writes wait for");
    add_names(out, Topic::rewritten, "Rewritten", all.rewritten);
    add_names(out, Topic::scanned, "Read in full", all.scanned);
    add_names(out, Topic::irreversible, "Irreversible", all.irreversible);
    add_allowed(out, report);
    add_rehearsed(out, report, all);
    return out.take();
}

Headline headline(Report const &report, Totals const &all) {
    Headline head;
    auto const add = [&](std::string text, Kind kind = Kind::prose) { head.pieces.push_back({kind, std::move(text)}); };
    if (report.migrations.empty() && !report.refusal) {
        add("nothing is pending");
        return head;
    }
    add(std::to_string(all.pending) + " pending");
    add(counted(all.statements, "statement"));
    if (all.failed)
        add("fails", Kind::alarm);
    else if (report.refusal)
        add("not rehearsed", Kind::alarm);
    if (all.errors > 0)
        add(counted(all.errors, "error"));
    if (all.warnings > 0)
        add(counted(all.warnings, "warning"));
    if (!all.failed && !report.refusal && all.errors == 0 && all.warnings == 0) {
        bool allowed = false;
        for (Migration const &migration : report.migrations)
            allowed = allowed || !migration.allowed.empty();
        add(allowed ? "no hazards but those that are allowed" : "no hazards");
    }
    return head;
}

Repeated::Repeated(Report const &report) {
    for (Migration const &migration : report.migrations)
        for (Finding const &finding : migration.findings) {
            check_for_interrupts();
            Group &group = groups_[key_of(finding)];
            if (!group.first)
                group.first = &finding;
            else if (group.others.empty() ? migration.version != group.first->version
                                          : migration.version != group.others.back())
                group.others.push_back(migration.version);
        }
}

bool Repeated::is_repetition(Finding const &finding) const { return groups_.at(key_of(finding)).first != &finding; }

bool Repeated::is_told_elsewhere(Finding const &finding) const {
    std::string_view const rule = finding.rule;
    return rule == conflict_rule || rule == "irreversible" || is_repetition(finding);
}

std::string Repeated::others_of(Finding const &finding) const {
    Group const &group = groups_.at(key_of(finding));
    std::string text;
    for (std::size_t i = 0; i < group.others.size(); ++i) {
        if (i == most_lines)
            return text + " and " + std::to_string(group.others.size() - i) + " more";
        text += (i == 0 ? "also in " : ", ") + group.others[i];
    }
    return text;
}

} // namespace mig::report
