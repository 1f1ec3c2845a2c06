#include "core/text/named_words.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

constexpr std::size_t longest_name = 63; // NAMEDATALEN - 1: the server cuts off the rest

bool begins_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool continues_word(char c) { return begins_word(c) || (c >= '0' && c <= '9') || c == '$'; }

// What a quote at `at` may begin, without the quotes; empty if it begins no identifier.
std::string quoted_word(std::string_view text, std::size_t at) {
    std::string word;
    for (++at; at < text.size() && word.size() <= longest_name; ++at) {
        if (text[at] == '"') {
            if (at + 1 == text.size() || text[at + 1] != '"')
                return word;
            ++at;
        }
        word += text[at];
    }
    return {};
}

} // namespace

void NamedWords::add(std::string_view text) {
    std::string before; // the word that a dot follows
    for (std::size_t at = 0; at < text.size();) {
        if ((at & 0xFFFU) == 0)
            check_for_interrupts();
        // A quote may also be the end of an identifier, or none at all, in a literal: so what comes after it is read
        // as well.
        if (text[at] == '"') {
            if (std::string word = quoted_word(text, at); !word.empty())
                words_.insert(std::move(word));
            before.clear();
            ++at;
            continue;
        }
        if (!begins_word(text[at])) {
            before.clear();
            ++at;
            continue;
        }
        std::size_t const begin = at;
        while (at < text.size() && continues_word(text[at]))
            ++at;
        std::string word = lower_case(text.substr(begin, std::min(at - begin, longest_name)));
        if (before.empty())
            words_.insert(word);
        else
            qualified_.emplace(std::move(before), word);
        before.clear();
        if (at < text.size() && text[at] == '.') {
            before = std::move(word);
            ++at;
        }
    }
}

} // namespace mig
