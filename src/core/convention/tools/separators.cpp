#include "core/convention/tools/separators.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Replaces each separator by a semicolon and blanks, so that no position changes. A separator that follows a semicolon
// stays, as it is a comment for the server.
RewrittenText end_statements_at(std::string_view text, std::string_view separator, bool at_line_begin) {
    std::shared_ptr<std::string> result;
    char last = ';';        // the last character before `seen` that is not blank
    bool line_begin = true; // only blanks precede `seen` on its line
    std::size_t seen = 0;   // bytes of the text
    for (std::size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, seen)) {
        check_for_interrupts();
        for (; seen < at; ++seen) {
            bool const blank = is_blank(text[seen]);
            line_begin = blank && (line_begin || text[seen] == '\n' || text[seen] == '\r');
            last = blank ? last : text[seen];
        }
        seen = at + separator.size();
        bool const separates = line_begin || !at_line_begin;
        if (separates && last != ';') {
            if (!result)
                result = std::make_shared<std::string>(text);
            result->replace(at, separator.size(), ";" + std::string(separator.size() - 1, ' '));
        }
        last = separates ? ';' : last;
        line_begin = false;
    }
    return result;
}

} // namespace

RewrittenText split_at_breakpoints(std::string_view text, Placeholders const &, std::string const &) {
    return end_statements_at(text, "--> statement-breakpoint", false);
}

RewrittenText split_at_double_semicolons(std::string_view text, Placeholders const &, std::string const &) {
    return end_statements_at(text, "--;;", true);
}

RewrittenText split_at_go_split_lines(std::string_view text, Placeholders const &, std::string const &) {
    RewrittenText split = end_statements_at(text, "--gopg:split", true);
    RewrittenText const both = end_statements_at(split ? std::string_view(*split) : text, "--bun:split", true);
    return both ? both : split;
}

} // namespace mig
