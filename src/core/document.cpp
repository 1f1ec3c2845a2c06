#include "core/document.hpp"

#include "core/comments.hpp"
#include "core/failure.hpp"

#include <string>

namespace mig {

namespace {

struct Marker {
    bool up;
    std::size_t begin, end; // the whole line, its line end included
};

std::size_t after_line_end(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) == "\r\n")
        return at + 2;
    return at < text.size() ? at + 1 : at;
}

std::vector<Marker> markers_of(Lexed const &file) {
    std::vector<Marker> found;
    for (Comment const &comment : comments_of(file)) {
        bool const up = same_word(comment.words, "up");
        std::size_t const line = line_start(file.text, comment.begin);
        bool const alone = trim_blanks(file.text.substr(line, comment.begin - line)).empty();
        if (!comment.block && alone && (up || same_word(comment.words, "down")))
            found.push_back({up, line, after_line_end(file.text, comment.end)});
    }
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

    Document document{{0, markers.empty() ? file.text.size() : markers.front().begin, 1}, std::nullopt, std::nullopt};
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
