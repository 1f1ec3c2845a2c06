#include "core/base/interruption.hpp"
#include "core/report/html_parts.hpp"
#include "core/report/html_text.hpp"
#include "core/report/markdown_text.hpp"

namespace mig::report {

namespace {

std::string place(Report const &report, Migration const &migration) {
    std::string text;
    if (migration.source)
        text += html_code(path_of(report, migration)) + ", ";
    if (std::string_view(migration.kind) != "versioned")
        text += std::string(migration.kind) + ", ";
    if (!migration.pending)
        return text + "not pending";
    text += migration.reversible ? "reversible" : "<span class=\"alarm\">irreversible</span>";
    return text + (migration.transactional ? "" : ", statement by statement, each its own transaction");
}

std::string finding_html(Finding const &finding, std::string const &others) {
    std::string text = "<div class=\"" + std::string(to_text(finding.severity)) + "\"><p><b>" +
                       to_text(finding.severity) + "</b> " + html_code(finding.rule);
    if (finding.line > 0)
        text += " line " + std::to_string(finding.line);
    if (!others.empty())
        text += ", " + escape_html_line(others);
    text += ": " + escape_html_line(finding.message) + "</p>";
    if (!finding.hint.empty())
        text += "<p class=\"soft\">" + escape_html_line(finding.hint) + "</p>";
    return text + "</div>\n";
}

std::string joined(std::vector<std::string> const &names) {
    std::string text;
    for (std::string const &name : names)
        text += (text.empty() ? "" : ", ") + html_code(name);
    return text;
}

void add_effect(std::string &text, std::string const &effect) { text += "<li>" + effect + "</li>"; }

std::string effects(Rehearsed const &seen) {
    std::string text;
    if (seen.error)
        add_effect(text, "<span class=\"alarm\">fails:</span> " + html_code(*seen.error));
    if (!seen.plain_form)
        for (TakenLock const &lock : seen.locks)
            add_effect(text, html_code(lock.relation) + " " + escape_html_line(lock.mode));
    if (!seen.rewrites.empty())
        add_effect(text, "rewrites " + joined(seen.rewrites));
    if (!seen.scans.empty())
        add_effect(text, "reads all of " + joined(seen.scans));
    for (TouchedObject const &object : seen.objects)
        if (object.how != TouchedObject::How::used)
            add_effect(text, escape_html_line(to_text(object)));
    for (std::string const &session : seen.blocks)
        add_effect(text, escape_html_line(session));
    if (seen.note)
        add_effect(text, escape_html_line(*seen.note));
    return text.empty() ? text : "<ul>" + text + "</ul>";
}

std::string statement_html(Statement const &statement) {
    Rehearsed const &seen = statement.seen;
    std::string text = "<p><b>line " + std::to_string(statement.region.line) + "</b> ";
    text += (seen.verify ? "verify: " : "") + escape_html_line(seen.command);
    if (seen.execution_time_ms)
        text += ", " + rounded_duration(*seen.execution_time_ms);
    if (seen.rows)
        text += ", " + counted(static_cast<std::size_t>(*seen.rows), "row");
    if (seen.wal_bytes)
        text += ", " + rounded_size(*seen.wal_bytes) + " of WAL";
    if (!seen.execution_time_ms && !seen.error && !seen.note)
        text += ", not rehearsed";
    return text + "</p>\n<pre><code>" + escape_html(seen.sql) + "</code></pre>\n" + effects(seen) + "\n";
}

} // namespace

std::string html_migrations(Report const &report) {
    if (report.migrations.empty())
        return "";
    Repeated const repeated(report);
    std::string text = html_section("hazards", "Hazards and statements");
    for (Migration const &migration : report.migrations) {
        text += "<article class=\"migration\">\n<h3>" + escape_html_line(migration.version) + " " +
                escape_html_line(migration.name) + "</h3>\n<p class=\"soft\">" + place(report, migration) + "</p>\n";
        for (Finding const &finding : migration.findings) {
            check_for_interrupts();
            if (!repeated.is_told_elsewhere(finding))
                text += finding_html(finding, repeated.others_of(finding));
        }
        if (!migration.statements.empty()) {
            text += "<details><summary>" + counted(migration.statements.size(), "statement") + "</summary>\n";
            for (Statement const &statement : migration.statements) {
                check_for_interrupts();
                text += statement_html(statement);
            }
            text += "</details>\n";
        }
        text += "</article>\n";
    }
    return text + "</section>\n";
}

} // namespace mig::report
