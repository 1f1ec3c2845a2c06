// The words of a text: ASCII letters, digits, _ and all bytes that are not ASCII.
#pragma once

#include <cstddef>
#include <string_view>

namespace mig::server::lint {

inline bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

// Calls visit(offset, length) for each word.
template <class Visit>
void each_word(std::string_view text, Visit const &visit) {
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && in_word(text[end]))
            ++end;
        if (end > begin)
            visit(begin, end - begin);
        begin = end + 1;
    }
}

} // namespace mig::server::lint
