// The report as a comment on a pull request. GitHub accepts 65,536 characters: what does not fit is left out from the
// end, details first, and the report says so.
#include "core/base/interruption.hpp"
#include "core/report/markdown_text.hpp"
#include "core/report/outline.hpp"
#include "core/report/report.hpp"
#include "core/report/totals.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig::report {

namespace {

constexpr std::size_t longest_comment = 60000; // bytes, which are no fewer than characters
constexpr std::size_t longest_sql = 120, longest_text = 1500, most_listed = 20, longest_list = 2000, most_rows = 100;

std::string cut(std::string_view text, std::size_t most) {
    std::string_view const part = shortened(text, most);
    return std::string(part) + (part.size() < text.size() ? " ..." : "");
}

// `left_out` is how many more there are than the list has.
template <class List, class Write>
std::string listed(List const &list, std::string_view between, Write write, std::size_t left_out = 0) {
    std::string text;
    std::size_t count = 0;
    for (auto const &item : list) {
        if (count == most_listed || text.size() > longest_list)
            break;
        if (count++ > 0)
            text += between;
        text += write(item);
    }
    if (std::size_t const more = list.size() - count + left_out; more > 0) {
        text += between;
        text += "and " + std::to_string(more) + " more";
    }
    return text;
}

std::string names(std::vector<std::string> const &list) {
    return listed(list, ", ", [](std::string const &name) { return code(name); });
}

std::string mode(std::string_view lock) {
    constexpr std::string_view suffix = "Lock";
    if (lock.size() > suffix.size() && lock.substr(lock.size() - suffix.size()) == suffix)
        lock.remove_suffix(suffix.size());
    return std::string(lock);
}

const char *sign(Severity severity) {
    switch (severity) {
    case Severity::info:
        return ":bulb:";
    case Severity::warning:
        return ":warning:";
    case Severity::error:
        return ":x:";
    }
    return "";
}

// Blanks at its ends separate it from its neighbors.
std::string inline_markup(Piece const &piece) {
    if (piece.kind == Piece::Kind::code)
        return code(piece.text);
    std::string text = prose(piece.text);
    if (piece.kind == Piece::Kind::alarm)
        return "**" + text + "**";
    if (!text.empty() && piece.text.front() == ' ')
        text.insert(0, " ");
    if (!piece.text.empty() && piece.text.back() == ' ')
        text += ' ';
    return text;
}

std::string inline_markup(Line const &line) {
    std::string text;
    for (Piece const &piece : line)
        text += inline_markup(piece);
    return text;
}

// What a statement did besides its locks.
std::string effects(Rehearsed const &seen) {
    std::vector<std::string> all;
    if (seen.error)
        all.push_back("**fails:** " + code(cut(*seen.error, longest_sql)));
    if (!seen.rewrites.empty())
        all.push_back("rewrites " + names(seen.rewrites));
    if (!seen.scans.empty())
        all.push_back("reads all of " + names(seen.scans));
    // Only what the text of the statement does not tell: what CASCADE drops, and what code does.
    bool const runs_code = seen.command == "DO" || seen.command == "CALL" || seen.command == "SELECT";
    std::vector<TouchedObject> objects;
    for (TouchedObject const &object : seen.objects)
        if (object.how == TouchedObject::How::dropped ? runs_code || !object.what.empty()
                                                      : runs_code && object.how != TouchedObject::How::used)
            objects.push_back(object);
    if (!objects.empty())
        all.push_back(listed(objects, "<br>", [](TouchedObject const &object) { return code(to_text(object)); }));
    if (!seen.blocks.empty())
        all.push_back(listed(seen.blocks, "<br>", [](std::string const &session) { return prose(session); }));
    if (seen.note)
        all.push_back(prose(*seen.note));
    else if (!seen.execution_time_ms && !seen.error)
        all.push_back("not rehearsed");
    return listed(all, "<br>", [](std::string const &effect) { return effect; });
}

// The modes of one relation are listed together. Those of a form that the statement is not written in are left out: the
// note on it says which lock it takes.
std::string locks(Rehearsed const &seen) {
    std::vector<std::string> all;
    std::string_view relation;
    if (seen.plain_form)
        return "";
    for (TakenLock const &lock : seen.locks) {
        if (!all.empty() && relation == lock.relation)
            all.back() += ", " + mode(lock.mode);
        else
            all.push_back(code(lock.relation) + " " + mode(lock.mode));
        relation = lock.relation;
    }
    return listed(all, "<br>", [](std::string const &lock) { return lock; });
}

std::string row(Statement const &statement) {
    Rehearsed const &seen = statement.seen;
    return "| " + std::to_string(statement.region.line) + " | " + (seen.verify ? "verify: " : "") +
           code(cut(seen.sql.empty() ? seen.command : seen.sql, longest_sql)) + " | " +
           (seen.execution_time_ms ? rounded_duration(*seen.execution_time_ms) : "") + " | " +
           (seen.rows ? std::to_string(*seen.rows) : "") + " | " + locks(seen) + " | " + effects(seen) + " |\n";
}

std::string title(Report const &report, Migration const &migration) {
    std::string text = "#### " + code(migration.version) + " " + prose(migration.name) + "\n\n";
    if (migration.source)
        text += code(path_of(report, migration)) + ", ";
    if (std::string_view(migration.kind) != "versioned")
        text += std::string(migration.kind) + ", ";
    if (!migration.pending)
        return text + "not pending\n";
    text += migration.reversible ? "reversible" : "**irreversible**";
    if (!migration.transactional)
        text += ", statement by statement, each its own transaction";
    return text + "\n";
}

// Those of `least` severity and above. The others are counted.
std::string findings(Migration const &migration, Repeated const &repeated, std::size_t &left_out, Severity least) {
    std::string text;
    for (Finding const &finding : migration.findings) {
        check_for_interrupts();
        if (repeated.is_told_elsewhere(finding))
            continue;
        if (finding.severity < least) {
            ++left_out;
            continue;
        }
        text +=
            std::string("- ") + sign(finding.severity) + " **" + to_text(finding.severity) + "** " + code(finding.rule);
        if (finding.line > 0)
            text += " line " + std::to_string(finding.line);
        if (std::string const others = repeated.others_of(finding); !others.empty())
            text += ", " + prose(others);
        text += ": " + prose(cut(finding.message, longest_text));
        if (!finding.hint.empty())
            text += "<br>_" + prose(cut(finding.hint, longest_text)) + "_";
        text += '\n';
    }
    return text.empty() ? text : "\n" + text;
}

std::string statements(Migration const &migration) {
    std::string text = "\n<details><summary>" + counted(migration.statements.size(), "statement");
    double ms = 0;
    bool ran = false;
    for (Statement const &statement : migration.statements) {
        ms += statement.seen.execution_time_ms.value_or(0);
        ran = ran || statement.seen.execution_time_ms;
    }
    text += (ran ? ", " + rounded_duration(ms) : "") + "</summary>\n\n";
    text += "| line | statement | time | rows | locks | effects |\n| ---: | --- | ---: | ---: | --- | --- |\n";
    std::size_t rows = 0;
    for (Statement const &statement : migration.statements) {
        check_for_interrupts();
        bool const shown = rows < most_rows || statement.seen.error; // whatever the limit, the failure is shown
        rows += shown;
        if (shown)
            text += row(statement);
    }
    if (rows < migration.statements.size())
        text += "\nand " + std::to_string(migration.statements.size() - rows) + " more\n";
    return text + "\n</details>\n";
}

// A migration in four lengths, of which the longest is shown that there is room for.
struct Section {
    enum Depth : unsigned char { nothing, errors, all_findings, statements_too };
    Depth depth = statements_too;
    std::string texts[4];
    std::size_t left_out[4] = {}; // findings

    std::string const &text() const { return texts[depth]; }
};

Section section(Report const &report, Migration const &migration, Repeated const &repeated) {
    Section result;
    std::string const head = "\n" + title(report, migration);
    result.texts[Section::errors] =
        head + findings(migration, repeated, result.left_out[Section::errors], Severity::error);
    result.texts[Section::all_findings] =
        head + findings(migration, repeated, result.left_out[Section::all_findings], Severity::info);
    result.texts[Section::statements_too] =
        result.texts[Section::all_findings] + (migration.statements.empty() ? "" : statements(migration));
    result.left_out[Section::nothing] = migration.findings.size();
    return result;
}

// It has neither findings nor a failure: the first to be shortened.
bool harmless(Migration const &migration) {
    return migration.findings.empty() &&
           std::none_of(migration.statements.begin(), migration.statements.end(),
                        [](Statement const &statement) { return statement.seen.error.has_value(); });
}

// Shortens sections until they fit, the last ones first: those of harmless migrations before all others.
void fit(std::vector<Section> &sections, std::vector<Migration> const &migrations, std::size_t room) {
    std::size_t size = 0;
    for (Section const &section : sections)
        size += section.text().size();
    enum class Of : unsigned char { harmless, all };
    auto const shrink = [&](Of which, Section::Depth depth) {
        for (std::size_t i = sections.size(); i-- > 0 && size > room;) {
            if (sections[i].depth <= depth || (which == Of::harmless && !harmless(migrations[i])))
                continue;
            size -= sections[i].text().size();
            sections[i].depth = depth;
            size += sections[i].text().size();
        }
    };
    shrink(Of::harmless, Section::all_findings);
    shrink(Of::harmless, Section::nothing);
    shrink(Of::all, Section::all_findings);
    shrink(Of::all, Section::errors);
    shrink(Of::all, Section::nothing);
}

std::string note_on_cuts(std::vector<Section> const &sections) {
    std::size_t migrations = 0, tables = 0, findings = 0;
    for (Section const &section : sections) {
        migrations += section.depth == Section::nothing;
        tables += section.depth != Section::nothing && section.depth != Section::statements_too;
        findings += section.left_out[section.depth];
    }
    std::vector<std::string> parts;
    if (migrations > 0)
        parts.push_back(counted(migrations, "migration"));
    if (tables > 0)
        parts.push_back("the statements of " + counted(tables, "migration"));
    if (findings > 0)
        parts.push_back(counted(findings, "finding"));
    if (parts.empty())
        return "";
    return "\nShortened to fit into a comment. Left out: " +
           listed(parts, ", ", [](std::string const &part) { return part; }) +
           ". `SELECT * FROM migrator.rehearse()` and `SELECT * FROM migrator.lint()` show everything.\n";
}

// The failure first, the other parts as a table.
std::string overview(std::vector<Part> const &parts) {
    std::string text;
    for (Part const &part : parts)
        if (part.topic == Part::Topic::fails) {
            text += "\n> [!CAUTION]\n";
            for (std::size_t i = 0; i < part.lines.size(); ++i)
                text += (i > 0 ? ">\n> " : "> ") + inline_markup(part.lines[i]) + "\n";
        }
    text += "\n| | |\n| --- | --- |\n";
    for (Part const &part : parts)
        if (part.topic != Part::Topic::fails)
            text += std::string("| ") + part.title + " | " +
                    listed(
                        part.lines, "<br>", [](Line const &line) { return inline_markup(line); }, part.left_out) +
                    " |\n";
    return text;
}

} // namespace

std::string markdown(Report const &report) {
    Totals const all = totals(report);
    std::string text = "### Migrations";
    if (report.module != "main")
        text += " of " + code(report.module);
    text += ": ";
    Headline const head = headline(report, all);
    for (std::size_t i = 0; i < head.pieces.size(); ++i)
        text += (i > 0 ? ", " : "") + inline_markup(head.pieces[i]);
    if (report.migrations.empty() && !report.refusal)
        return text + (report.target ? " up to " + code(*report.target) + "\n" : "\n");
    text += "\n" + overview(outline(report, all));

    Repeated const repeated(report);
    std::vector<Section> sections;
    for (Migration const &migration : report.migrations) {
        check_for_interrupts();
        sections.push_back(section(report, migration, repeated));
    }
    constexpr std::size_t room_for_note = 400; // note_on_cuts()
    fit(sections, report.migrations, longest_comment - std::min(longest_comment, text.size() + room_for_note));
    for (Section const &section : sections)
        text += section.text();
    return text + note_on_cuts(sections);
}

} // namespace mig::report
