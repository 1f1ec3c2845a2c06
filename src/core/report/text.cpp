// The report for a terminal or a log: the parts of the Markdown, without markup.
#include "core/base/interruption.hpp"
#include "core/report/markdown_text.hpp"
#include "core/report/outline.hpp"
#include "core/report/report.hpp"
#include "core/report/totals.hpp"

namespace mig::report {

namespace {

// In one line, so that no text of others looks like a line of the report.
std::string plain(std::string_view text) {
    std::string line;
    for (char const c : text)
        line += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
    return line;
}

std::string plain(Line const &line) {
    std::string text;
    for (Piece const &piece : line)
        text += plain(piece.text);
    return text;
}

std::string title(Report const &report, Migration const &migration) {
    std::string text = plain(migration.version) + " " + plain(migration.name);
    if (migration.source)
        text += ", " + plain(path_of(report, migration));
    if (!migration.pending)
        return text + ", not pending";
    text += migration.reversible ? ", reversible" : ", irreversible";
    return text + (migration.transactional ? "" : ", statement by statement");
}

std::string findings(Migration const &migration, Repeated const &repeated) {
    std::string text;
    for (Finding const &finding : migration.findings) {
        check_for_interrupts();
        if (repeated.is_told_elsewhere(finding))
            continue;
        text += "  " + std::string(to_text(finding.severity)) + " " + finding.rule;
        if (finding.line > 0)
            text += " line " + std::to_string(finding.line);
        if (std::string const others = repeated.others_of(finding); !others.empty())
            text += ", " + plain(others);
        text += ": " + plain(finding.message) + "\n";
        if (!finding.hint.empty())
            text += "    " + plain(finding.hint) + "\n";
    }
    return text;
}

} // namespace

std::string text(Report const &report) {
    Totals const all = totals(report);
    std::string text = "Migrations" + (report.module == "main" ? "" : " of " + plain(report.module)) + ": ";
    Headline const head = headline(report, all);
    for (std::size_t i = 0; i < head.pieces.size(); ++i)
        text += (i > 0 ? ", " : "") + head.pieces[i].text;
    if (report.migrations.empty() && !report.refusal)
        return text + (report.target ? " up to " + plain(*report.target) : "") + "\n";
    text += '\n';
    for (Part const &part : outline(report, all)) {
        text += std::string("\n") + part.title + "\n";
        for (Line const &line : part.lines)
            text += "  " + plain(line) + "\n";
        if (part.left_out > 0)
            text += "  and " + std::to_string(part.left_out) + " more\n";
    }
    Repeated const repeated(report);
    for (Migration const &migration : report.migrations)
        text += "\n" + title(report, migration) + "\n" + findings(migration, repeated);
    return text;
}

} // namespace mig::report
