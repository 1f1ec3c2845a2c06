#include "core/text.hpp"

#include <cstdio>

namespace mig {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char &c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

std::string quoted_excerpt(std::string_view text) {
    constexpr std::size_t most = 60, further = 32;
    std::size_t length = text.size();
    if (length > most) {
        // Beside an ASCII byte is a character boundary in every server encoding: look for one ahead, then behind.
        auto const ascii = [&](std::size_t at) { return static_cast<unsigned char>(text[at]) < 0x80; };
        length = most;
        while (length < text.size() && length < most + further && !ascii(length))
            ++length;
        if (length < text.size() && !ascii(length))
            for (length = most; length > 0 && !ascii(length - 1);)
                --length;
    }
    std::string result = "\"";
    for (char const c : text.substr(0, length))
        result += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
    return result + (length < text.size() ? "...\"" : "\"");
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

std::string milliseconds(double ms) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.1f ms", ms);
    return buffer;
}

} // namespace mig
