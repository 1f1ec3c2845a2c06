// The markers of a convention in a text.
#pragma once

#include "core/base/interruption.hpp"
#include "core/convention/convention_table.hpp"
#include "core/text/comments.hpp"

#include <algorithm>

namespace mig {

struct FoundMarker {
    Marker const *marker;
    std::string_view words; // of the comment
    std::string_view rest;  // what follows the marker's own words
    std::size_t begin, end; // the whole line, including its end
};

// Nothing when the words of a comment are not a marker. `begin` and `end` are not set.
std::optional<FoundMarker> marker_in(Convention const &convention, std::string_view words);

// The markers among the comments of a file. A marker is alone on its line.
std::vector<FoundMarker> markers_of(Convention const &convention, std::string_view path, Lexed const &text,
                                    std::vector<Comment> const &comments);

bool begins_section(Marker const &marker);

// As it is written in a file, for messages: "-- migrate:up".
std::string marker_text(Marker const &marker);

// Whether `word`, such as `transaction:false`, is among the words.
bool has_word(std::string_view words, std::string_view word);

// Calls `visit(words, begin)` for each line that looks like a comment, even inside a literal: it needs no scanner.
template <class Visit>
void each_comment_line(std::string_view text, Visit visit) {
    for (std::size_t dashes = text.find("--"); dashes != std::string_view::npos;) {
        check_for_interrupts();
        std::size_t const end = std::min(text.find_first_of("\r\n", dashes), text.size());
        std::size_t const line = line_start(text, dashes);
        if (trim_blanks(text.substr(line, dashes - line)).empty())
            visit(trim_blanks(text.substr(dashes + 2, end - dashes - 2)), dashes);
        dashes = text.find("--", end);
    }
}

} // namespace mig
