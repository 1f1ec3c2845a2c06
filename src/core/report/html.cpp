// The report as one file for a browser: no network, no script, whatever is in it. The policy says the same to the
// browser: but for this style sheet, named by its digest, nothing is loaded or run, even if something were not escaped.
#include "core/base/interruption.hpp"
#include "core/migration/checksum.hpp"
#include "core/report/html_parts.hpp"
#include "core/report/html_text.hpp"
#include "core/report/markdown_text.hpp"

namespace mig::report {

namespace {

unsigned nibble(char digit) { return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

std::string base64_of_hex(std::string_view hex) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, count = 0;
    for (char const digit : hex) {
        bits = bits << 4U | nibble(digit);
        count += 4;
        if (count >= 6) {
            count -= 6;
            out += digits[bits >> count & 63U];
            bits &= (1U << count) - 1;
        }
    }
    if (count > 0)
        out += digits[bits << (6 - count) & 63U];
    while (out.size() % 4 != 0)
        out += '=';
    return out;
}

std::string inline_html(Line const &line) {
    std::string text;
    for (Piece const &piece : line)
        switch (piece.kind) {
        case Piece::Kind::prose:
            text += escape_html_line(piece.text);
            break;
        case Piece::Kind::code:
            text += html_code(piece.text);
            break;
        case Piece::Kind::alarm:
            text += "<span class=\"alarm\">" + escape_html_line(piece.text) + "</span>";
            break;
        }
    return text;
}

const char *id_of(Part::Topic topic) {
    switch (topic) {
    case Part::Topic::fails:
        return "fails";
    case Part::Topic::conflicts:
        return "conflicts";
    case Part::Topic::removes:
        return "removes";
    case Part::Topic::reads_wait:
        return "reads-wait";
    case Part::Topic::writes_wait:
        return "writes-wait";
    case Part::Topic::rewritten:
        return "rewritten";
    case Part::Topic::scanned:
        return "scanned";
    case Part::Topic::irreversible:
        return "irreversible";
    case Part::Topic::allowed:
        return "allowed";
    case Part::Topic::rehearsed:
        return "rehearsed";
    case Part::Topic::plan_token:
        return "plan-token";
    }
    return "";
}

std::string part_html(Part const &part) {
    std::string text = html_section(id_of(part.topic), part.title) + "<ul>\n";
    for (Line const &line : part.lines)
        text += "<li>" + inline_html(line) + "</li>\n";
    if (part.left_out > 0)
        text += "<li>and " + std::to_string(part.left_out) + " more</li>\n";
    return text + "</ul>\n</section>\n";
}

std::string head_html(std::string_view title) {
    std::string const digest = base64_of_hex(checksum::of_bytes(html_style));
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" +
           digest +
           "'; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
           escape_html_line(title) + "</title>\n<style>" + html_style + "</style>\n</head>\n<body>\n";
}

} // namespace

std::string html_section(std::string_view id, std::string_view title) {
    return "<section id=\"" + std::string(id) + "\">\n<h2>" + escape_html_line(title) + "</h2>\n";
}

std::string html_code(std::string_view text) { return "<code>" + escape_html_line(text) + "</code>"; }

std::string html(Report const &report) {
    Totals const all = totals(report);
    std::string const title = report.module == "main" ? "Migrations" : "Migrations of " + report.module;
    std::string text = head_html(title) + "<header>\n<h1>" + escape_html_line(title) + "</h1>\n<p>";
    Headline const head = headline(report, all);
    for (std::size_t i = 0; i < head.pieces.size(); ++i)
        text += (i > 0 ? ", " : "") + inline_html({head.pieces[i]});
    if (report.target)
        text += " up to " + html_code(*report.target);
    text += "</p>\n</header>\n<main>\n";
    if (!report.migrations.empty() || report.refusal)
        for (Part const &part : outline(report, all)) {
            check_for_interrupts();
            text += part_html(part);
        }
    text += html_timeline(report) + html_graph(report) + html_sizes(report) + html_migrations(report);
    return text + "</main>\n<footer><p class=\"soft\">migrator " + escape_html_line(report.tool_version) +
           "</p></footer>\n</body>\n</html>\n";
}

} // namespace mig::report
