#include "core/migration/difference.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"
#include "core/text/token_text.hpp"

#include <algorithm>

namespace mig {

namespace {

// As checksums see them: what differs here is what makes the checksums differ.
bool same(Lexed const &a, Token const &x, Lexed const &b, Token const &y) {
    std::string left, right;
    append_token_text(left, a, x);
    append_token_text(right, b, y);
    return x.kind == y.kind && left == right;
}

} // namespace

std::string first_difference(Lexed const &applied, Lexed const &loaded, std::uint32_t first_line) {
    std::size_t i = 0;
    std::size_t const common = std::min(applied.tokens.size(), loaded.tokens.size());
    for (; i < common && same(applied, applied.tokens[i], loaded, loaded.tokens[i]); ++i)
        check_for_interrupts();
    if (i == applied.tokens.size() && i == loaded.tokens.size())
        return {};
    std::size_t const where = i < loaded.tokens.size() ? loaded.tokens[i].begin : loaded.text.size();
    std::string text = "line " + std::to_string(first_line + line_at(loaded.text, where) - 1) + ": ";
    if (i == applied.tokens.size())
        return text + quoted_excerpt(loaded.at(loaded.tokens[i])) + " was added at the end";
    if (i == loaded.tokens.size())
        return text + quoted_excerpt(applied.at(applied.tokens[i])) + " and what followed it is gone";
    return text + quoted_excerpt(applied.at(applied.tokens[i])) + " is now " +
           quoted_excerpt(loaded.at(loaded.tokens[i]));
}

} // namespace mig
