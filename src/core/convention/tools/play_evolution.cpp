#include "core/convention/tools/play_evolution.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/convention/arrangement.hpp"
#include "core/text/comments.hpp"
#include "core/text/lines.hpp"

#include <algorithm>

namespace mig {

namespace {

bool begins_with(std::string_view text, std::string_view begin) { return text.substr(0, begin.size()) == begin; }

// Looks for a marker as Play does: anywhere in a line that looks like a comment, even inside a literal. Empty: none.
std::string_view marker_of(std::string_view line) {
    line = trim_blanks(line);
    if (!begins_with(line, "#") && !begins_with(line, "--"))
        return {};
    for (std::string_view const marker : {"-- !Ups", "-- !Downs"})
        if (line.find(marker.substr(3)) != std::string_view::npos)
            return marker;
    return {};
}

// Play splits a section at semicolons. `;;` is how one is written that does not separate.
void append_unescaped(std::string &text, std::string_view line) {
    for (std::size_t pair = line.find(";;"); pair != std::string_view::npos; pair = line.find(";;")) {
        text.append(line.substr(0, pair + 1));
        line.remove_prefix(pair + 2);
    }
    text.append(line);
}

// What precedes the first marker is not part of the migration. It becomes a comment, where directives still count.
void append_as_comment(std::string &text, std::string_view line) {
    std::string_view const words = trim_blanks(line);
    text.append(words.empty() || begins_with(words, "--") ? "" : "-- ").append(line);
}

// The next number, of any length, without leading zeros.
std::string successor(std::string number) {
    number.erase(0, std::min(number.find_first_not_of('0'), number.size()));
    for (auto digit = number.rbegin(); digit != number.rend(); ++digit) {
        if (*digit != '9') {
            ++*digit;
            return number;
        }
        *digit = '0';
    }
    return "1" + number;
}

} // namespace

RewrittenText normalized_evolution(std::string_view text) {
    std::string normalized;
    bool marked = false;
    std::size_t end = 0;
    for (Lines lines(text); lines.next(); end = lines.end()) {
        check_for_interrupts();
        normalized.append(text.substr(end, lines.begin() - end));
        std::string_view const marker = marker_of(lines.line());
        marked = marked || !marker.empty();
        if (!marker.empty())
            normalized.append(marker);
        else if (marked)
            append_unescaped(normalized, lines.line());
        else
            append_as_comment(normalized, lines.line());
    }
    if (!marked)
        return nullptr;
    return std::make_shared<std::string const>(normalized.append(text.substr(end)));
}

RewrittenText read_evolution(std::string_view text, Placeholders const &placeholders, std::string const &path) {
    RewrittenText const normalized = normalized_evolution(text);
    std::string_view const left = normalized ? std::string_view(*normalized) : text;
    RewrittenText replaced = replace_evolution_variables(left, placeholders, path);
    return replaced ? replaced : normalized;
}

Arrangement arrange_evolutions(Convention const &convention, std::vector<SourceFile> const &files) {
    Arrangement arrangement = arrange_by_name(convention, files);
    std::vector<FileGroup> &groups = arrangement.groups;
    for (std::size_t i = 1; i < groups.size(); ++i) {
        check_for_interrupts();
        std::string const next = successor(groups[i - 1].version);
        if (version::compare_numbers(groups[i].version, next) == 0)
            continue;
        for (std::size_t later = i; later < groups.size(); ++later)
            arrangement.skipped.push_back(
                {groups[later].up->path, "Play stops where a number is missing, and there is no " + next + ".sql"});
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(i), groups.end());
    }
    return arrangement;
}

} // namespace mig
