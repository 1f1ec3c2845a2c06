#include "core/text/text.hpp"

#include <cstdio>

namespace mig {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char &c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string_view shortened(std::string_view text, std::size_t most) {
    constexpr std::size_t further = 32; // to look ahead
    if (text.size() <= most)
        return text;
    // In every server encoding an ASCII byte is a character of its own, so it is safe to cut beside one. Look for one
    // ahead, then back.
    auto const ascii = [&](std::size_t at) { return static_cast<unsigned char>(text[at]) < 0x80; };
    std::size_t length = most;
    while (length < text.size() && length < most + further && !ascii(length))
        ++length;
    if (length < text.size() && !ascii(length))
        for (length = most; length > 0 && !ascii(length - 1);)
            --length;
    return text.substr(0, length);
}

std::string quoted_excerpt(std::string_view text) {
    std::string_view const part = shortened(text, 60);
    std::string result = "\"";
    for (char const c : part)
        result += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
    return result + (part.size() < text.size() ? "...\"" : "\"");
}

std::string sql_literal(std::string_view text) {
    std::string result = "'";
    for (char const c : text) {
        if (c == '\'')
            result += c;
        result += c;
    }
    return result + "'";
}

bool begins_with(std::string_view text, std::string_view beginning) {
    return text.substr(0, beginning.size()) == beginning;
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

void append_item(std::string &list, std::string_view item) { list.append(list.empty() ? "" : ", ").append(item); }

std::string format_ms(double ms) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.1f ms", ms);
    return buffer;
}

} // namespace mig
