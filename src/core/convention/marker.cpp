#include "core/convention/marker.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// What follows in `words` if they begin as the pattern (Marker::words) demands.
std::optional<std::string_view> rest_after(std::string_view pattern, std::string_view words) {
    for (; !pattern.empty(); pattern.remove_prefix(1)) {
        char const c = pattern.front();
        if (pattern == "*")
            return words;
        if (c == '~') {
            while (!words.empty() && (words.front() == '-' || is_blank(words.front())))
                words.remove_prefix(1);
            continue;
        }
        if (c == ' ') {
            if (pattern == " *" && words.empty())
                return words;
            if (words.empty() || !is_blank(words.front()))
                return std::nullopt;
            while (!words.empty() && is_blank(words.front()))
                words.remove_prefix(1);
            continue;
        }
        if (words.empty() || lower(words.front()) != lower(c))
            return std::nullopt;
        words.remove_prefix(1);
    }
    return words.empty() ? std::optional<std::string_view>(words) : std::nullopt;
}

std::size_t after_line_end(std::string_view text, std::size_t at) {
    if (text.substr(at, 2) == "\r\n")
        return at + 2;
    return at < text.size() ? at + 1 : at;
}

} // namespace

std::optional<FoundMarker> marker_in(Convention const &convention, std::string_view words) {
    for (Marker const &marker : convention.markers)
        if (std::optional<std::string_view> const rest = rest_after(marker.words, words))
            return FoundMarker{&marker, words, *rest, 0, 0};
    return std::nullopt;
}

std::vector<FoundMarker> markers_of(Convention const &convention, std::string_view path, Lexed const &text,
                                    std::vector<Comment> const &comments) {
    std::vector<FoundMarker> found;
    if (convention.markers.count == 0)
        return found;
    FilePattern const *const pattern = find_file(convention, path).pattern;
    bool const whole = pattern && pattern->no_sections;
    for (Comment const &comment : comments) {
        check_for_interrupts();
        if (comment.block)
            continue;
        std::optional<FoundMarker> marker = marker_in(convention, comment.words);
        if (!marker || (marker->marker->first_line && comment.begin > 0) || (whole && begins_section(*marker->marker)))
            continue;
        marker->begin = line_start(text.text, comment.begin);
        marker->end = after_line_end(text.text, comment.end);
        if (trim_blanks(text.text.substr(marker->begin, comment.begin - marker->begin)).empty())
            found.push_back(*marker);
    }
    return found;
}

bool begins_section(Marker const &marker) {
    return marker.kind == MarkerKind::up || marker.kind == MarkerKind::down || marker.kind == MarkerKind::verify;
}

std::string marker_text(Marker const &marker) {
    std::string_view words = marker.words;
    words.remove_prefix(!words.empty() && words.front() == '~');
    while (!words.empty() && (words.back() == '*' || words.back() == ' '))
        words.remove_suffix(1);
    if (words.empty())
        return "--";
    return (words.front() == '-' || words.front() == '!' ? "--" : "-- ") + std::string(words);
}

bool has_word(std::string_view words, std::string_view word) {
    while (!words.empty()) {
        check_for_interrupts();
        std::size_t const end = std::min(words.find_first_of(" \t\f\v"), words.size());
        if (words.substr(0, end) == word)
            return true;
        words = trim_blanks(words.substr(end));
    }
    return false;
}

} // namespace mig
