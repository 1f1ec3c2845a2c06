#include "core/document.hpp"

#include "core/comments.hpp"
#include "core/failure.hpp"

#include <string>

namespace mig {

namespace {

enum Part : unsigned char { up, down, verify, parts };
constexpr const char *part_names[parts] = {"-- UP", "-- DOWN", "-- VERIFY"};

struct Marker {
    Part part;
    std::size_t begin, end; // the whole line, its line end included
    const char *name() const { return part_names[part]; }
};

std::size_t after_line_end(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) == "\r\n")
        return at + 2;
    return at < text.size() ? at + 1 : at;
}

std::optional<Part> part_named(std::string_view word) {
    return same_word(word, "up")       ? std::optional(up)
           : same_word(word, "down")   ? std::optional(down)
           : same_word(word, "verify") ? std::optional(verify)
                                       : std::nullopt;
}

std::vector<Marker> markers_of(Lexed const &file) {
    std::vector<Marker> found;
    for (Comment const &comment : comments_of(file)) {
        std::optional<Part> const part = part_named(comment.words);
        std::size_t const line = line_start(file.text, comment.begin);
        bool const alone = trim_blanks(file.text.substr(line, comment.begin - line)).empty();
        if (part && !comment.block && alone)
            found.push_back({*part, line, after_line_end(file.text, comment.end)});
    }
    return found;
}

std::string line_of(Lexed const &file, Marker const &marker) {
    return std::to_string(line_at(file.text, marker.begin));
}

[[noreturn]] void refuse_repeated(Lexed const &file, Marker const &first, Marker const &second) {
    throw Failure(sqlstate::malformed_file,
                  "line " + line_of(file, second) + ": a second \"" + first.name() + "\" section",
                  "The first is on line " + line_of(file, first) + ".",
                  "A file holds one migration: put the other statements into a file with a version of its own.");
}

} // namespace

Document parse_document(Lexed const &file) {
    std::vector<Marker> const markers = markers_of(file);
    Marker const *seen[parts] = {};
    for (Marker const &marker : markers) {
        if (seen[marker.part])
            refuse_repeated(file, *seen[marker.part], marker);
        seen[marker.part] = &marker;
    }

    auto const section = [&](Marker const &marker) {
        std::size_t end = file.text.size();
        for (Marker const &other : markers)
            if (other.begin > marker.begin && other.begin < end)
                end = other.begin;
        return Section{marker.end, end, line_at(file.text, marker.begin) + 1};
    };

    Document document{{0, markers.empty() ? file.text.size() : markers.front().begin, 1}, std::nullopt, std::nullopt};
    if (seen[up]) {
        if (!file.tokens.empty() && file.tokens.front().begin < markers.front().begin)
            throw Failure(sqlstate::malformed_file,
                          "line " + std::to_string(line_at(file.text, file.tokens.front().begin)) +
                              ": a statement before \"" + markers.front().name() + "\"",
                          "It would belong to no section.", "Move it below the marker.");
        document.up = section(*seen[up]);
    }
    if (seen[down])
        document.down = section(*seen[down]);
    if (seen[verify])
        document.verify = section(*seen[verify]);
    return document;
}

} // namespace mig
