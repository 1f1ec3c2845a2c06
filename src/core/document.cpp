#include "core/document.hpp"

#include "core/failure.hpp"

#include <string>

namespace mig {

namespace {

struct Marker {
    bool up;
    std::size_t begin, end; // the whole line, its line end included
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::size_t end_of_line(std::string_view text, std::size_t from) {
    while (from < text.size() && !ends_line(text[from]))
        ++from;
    return from;
}

std::size_t after_line_end(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) == "\r\n")
        return at + 2;
    return at < text.size() ? at + 1 : at;
}

// `at` is behind "/*"; block comments nest.
std::size_t after_block_comment(std::string_view text, std::size_t at, std::size_t end) {
    for (int depth = 1; depth > 0 && at < end;) {
        std::string_view const two = text.substr(at, 2);
        depth += two == "/*" ? 1 : two == "*/" ? -1 : 0;
        at += two == "/*" || two == "*/" ? 2 : 1;
    }
    return at;
}

// Finds the markers in [begin, end), which holds nothing but white space and comments.
void find_markers(std::string_view text, std::size_t begin, std::size_t end, std::vector<Marker> &found) {
    for (std::size_t at = begin; at < end;) {
        std::string_view const two = text.substr(at, 2);
        if (two == "/*") {
            at = after_block_comment(text, at + 2, end);
            continue;
        }
        if (two != "--") {
            ++at;
            continue;
        }
        std::size_t const stop = end_of_line(text, at), line = line_start(text, at);
        std::string_view const word = trim(text.substr(at + 2, stop - at - 2));
        bool const up = same_word(word, "up");
        if ((up || same_word(word, "down")) && trim(text.substr(line, at - line)).empty())
            found.push_back({up, line, after_line_end(text, stop)});
        at = stop;
    }
}

std::vector<Marker> markers_of(Lexed const &file) {
    std::vector<Marker> found;
    std::size_t gap = 0;
    for (Token const &token : file.tokens) {
        find_markers(file.text, gap, token.begin, found);
        gap = token.end;
    }
    find_markers(file.text, gap, file.text.size(), found);
    return found;
}

std::string line_of(Lexed const &file, Marker const &marker) {
    return std::to_string(line_at(file.text, marker.begin));
}

[[noreturn]] void refuse_repeated(Lexed const &file, Marker const &first, Marker const &second) {
    std::string const name = first.up ? "-- UP" : "-- DOWN";
    throw Failure(sqlstate::malformed_file, "line " + line_of(file, second) + ": a second \"" + name + "\" section",
                  "The first is on line " + line_of(file, first) + ".",
                  "A file holds one migration: put the other statements into a file with a version of its own.");
}

} // namespace

Document parse_document(Lexed const &file) {
    std::vector<Marker> const markers = markers_of(file);
    Marker const *up = nullptr, *down = nullptr;
    for (Marker const &marker : markers) {
        Marker const *&seen = marker.up ? up : down;
        if (seen)
            refuse_repeated(file, *seen, marker);
        seen = &marker;
    }

    auto const section = [&](Marker const &marker) {
        std::size_t end = file.text.size();
        for (Marker const &other : markers)
            if (other.begin > marker.begin && other.begin < end)
                end = other.begin;
        return Section{marker.end, end, line_at(file.text, marker.begin) + 1};
    };

    Document document{{0, markers.empty() ? file.text.size() : markers.front().begin, 1}, std::nullopt};
    if (up) {
        if (!file.tokens.empty() && file.tokens.front().begin < markers.front().begin)
            throw Failure(sqlstate::malformed_file,
                          "line " + std::to_string(line_at(file.text, file.tokens.front().begin)) +
                              ": a statement before \"" + (markers.front().up ? "-- UP" : "-- DOWN") + "\"",
                          "It would belong to neither section.", "Move it below the marker.");
        document.up = section(*up);
    }
    if (down)
        document.down = section(*down);
    return document;
}

} // namespace mig
