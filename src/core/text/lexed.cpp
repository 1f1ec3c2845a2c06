#include "core/text/lexed.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig {

Lexed slice(Lexed const &lexed, std::size_t begin, std::size_t end) {
    Lexed result{lexed.text.substr(begin, end - begin), {}};
    auto const first = std::lower_bound(lexed.tokens.begin(), lexed.tokens.end(), begin,
                                        [](Token const &token, std::size_t offset) { return token.begin < offset; });
    auto const last = std::upper_bound(first, lexed.tokens.end(), end,
                                       [](std::size_t offset, Token const &token) { return offset < token.end; });
    result.tokens.reserve(static_cast<std::size_t>(last - first)); // growing would take twice as much
    for (auto token = first; token != last; ++token) {
        check_for_interrupts();
        result.tokens.push_back({token->kind, static_cast<std::uint32_t>(token->begin - begin),
                                 static_cast<std::uint32_t>(token->end - begin)});
    }
    return result;
}

std::uint32_t line_at(std::string_view text, std::size_t offset) noexcept {
    std::uint32_t line = 1;
    offset = std::min(offset, text.size());
    for (std::size_t i = 0; i < offset; ++i)
        if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
            ++line;
    return line;
}

std::size_t line_start(std::string_view text, std::size_t offset) noexcept {
    offset = std::min(offset, text.size());
    while (offset > 0 && text[offset - 1] != '\n' && text[offset - 1] != '\r')
        --offset;
    return offset;
}

bool same_word(std::string_view a, std::string_view lower) noexcept {
    return a.size() == lower.size() && std::equal(a.begin(), a.end(), lower.begin(), [](char x, char y) {
               return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y;
           });
}

} // namespace mig
