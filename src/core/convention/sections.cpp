#include "core/convention/sections.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig {

namespace {

std::string line_of(Lexed const &file, std::size_t offset) {
    return "line " + std::to_string(line_at(file.text, offset));
}

[[noreturn]] void refuse_repeated(Lexed const &file, FoundMarker const &first, FoundMarker const &second) {
    throw Failure(sqlstate::malformed_file,
                  line_of(file, second.begin) + ": a second \"" + marker_text(*second.marker) + "\" section",
                  "The first is on " + line_of(file, first.begin) + ".",
                  "A file holds one migration: put the other statements into a file with a version of its own.");
}

} // namespace

Document parse_document(Lexed const &file, std::vector<FoundMarker> const &markers) {
    FoundMarker const *up = nullptr, *down = nullptr, *verify = nullptr, *first = nullptr;
    bool const sectioned = std::any_of(markers.begin(), markers.end(),
                                       [](FoundMarker const &found) { return found.marker->kind == MarkerKind::up; });
    for (FoundMarker const &found : markers) {
        check_for_interrupts();
        if (found.marker->kind == MarkerKind::verify && !sectioned)
            continue; // without an up marker it is an ordinary comment: the statements after it must run
        if (!begins_section(*found.marker))
            continue;
        FoundMarker const *&seen = found.marker->kind == MarkerKind::up     ? up
                                   : found.marker->kind == MarkerKind::down ? down
                                                                            : verify;
        if (seen)
            refuse_repeated(file, *seen, found);
        seen = &found;
        first = first ? first : &found;
    }

    auto const section = [&](FoundMarker const &marker) {
        std::size_t end = file.text.size();
        for (FoundMarker const *other : {up, down, verify})
            if (other && other->begin > marker.begin && other->begin < end)
                end = other->begin;
        return Section{marker.end, end, line_at(file.text, marker.begin) + 1};
    };

    Document document{{0, first ? first->begin : file.text.size(), 1}, std::nullopt, std::nullopt};
    if (up) {
        if (!file.tokens.empty() && file.tokens.front().begin < first->begin)
            throw Failure(sqlstate::malformed_file,
                          line_of(file, file.tokens.front().begin) + ": a statement before \"" +
                              marker_text(*first->marker) + "\"",
                          "It would belong to no section.", "Move it below the marker.");
        document.up = section(*up);
    }
    if (down)
        document.down = section(*down);
    if (verify)
        document.verify = section(*verify);
    return document;
}

} // namespace mig
