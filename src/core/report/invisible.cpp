#include "core/report/invisible.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

namespace mig::report {

namespace {

struct Range {
    std::uint32_t first, last;
};

// In rising order: Unicode's general categories Cc (but for ASCII) and Cf, line and paragraph separators, fillers.
constexpr Range invisible[] = {
    {0x80, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x600, 0x605},     {0x61C, 0x61C},
    {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x115F, 0x1160},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1345F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

bool is_invisible(std::uint32_t character) {
    auto const *const range = std::lower_bound(std::begin(invisible), std::end(invisible), character,
                                               [](Range const &before, std::uint32_t c) { return before.last < c; });
    return range != std::end(invisible) && range->first <= character;
}

void escape(std::string &out, std::uint32_t unit) {
    char written[16]; // more than six, for compilers that do not see that a unit has 16 bits
    std::snprintf(written, sizeof written, "\\u%04X", static_cast<unsigned>(unit));
    out += written;
}

} // namespace

Character character_at(std::string_view text, std::size_t at) {
    auto const lead = static_cast<unsigned char>(text[at]);
    std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
    if (length == 1 || at + length > text.size())
        return {lead < 0x80U ? lead : no_character, 1};
    std::uint32_t code = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        auto const next = static_cast<unsigned char>(text[at + i]);
        if ((next & 0xC0U) != 0x80U)
            return {no_character, 1};
        code = code << 6U | (next & 0x3FU);
    }
    bool const overlong = (length == 3 && code < 0x800U) || (length == 4 && code < 0x10000U);
    if (overlong || code > 0x10FFFFU || (code >= 0xD800U && code <= 0xDFFFU))
        return {no_character, 1};
    return {code, length};
}

std::string escape_invisible(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        Character const character = character_at(utf8, at);
        if (character.code < 0x80U || !is_invisible(character.code)) {
            out.append(utf8.substr(at, character.length));
        } else if (character.code < 0x10000U) {
            escape(out, character.code);
        } else {
            escape(out, 0xD800U + ((character.code - 0x10000U) >> 10U));
            escape(out, 0xDC00U + ((character.code - 0x10000U) & 0x3FFU));
        }
        at += character.length;
    }
    return out;
}

} // namespace mig::report
