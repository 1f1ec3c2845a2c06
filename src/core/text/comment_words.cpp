#include "core/text/comment_words.hpp"

#include "core/base/digits.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The length of a character outside of ASCII that is no letter: an arrow, a box, a dash, a blank without width. In
// another encoding than UTF-8 there is none, and it counts as a letter.
std::size_t symbol_at(std::string_view text) {
    auto const byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    bool const two = byte(0) == 0xC2 && byte(1) >= 0xA0 && byte(1) < 0xC0; // U+00A0 to U+00BF
    bool const three =
        (byte(0) == 0xE2 && byte(1) >= 0x80 && byte(1) <= 0xAF)      // U+2000 to U+2BFF
        || (byte(0) == 0xE3 && byte(1) == 0x80)                      // U+3000 to U+303F
        || (byte(0) == 0xEF && (byte(1) == 0xB8 || byte(1) == 0xBB)) // U+FE0F and the like, U+FEFF
        || (byte(0) == 0xEF && byte(1) == 0xBC && (byte(2) <= 0x8F || (byte(2) >= 0x9A && byte(2) <= 0xA0)));
    bool const four = byte(0) == 0xF0 && byte(1) == 0x9F; // U+1F000 to U+1FFFF
    return two ? 2 : three ? 3 : four ? 4 : 0;
}

// `StatementBegin` and `roll_back` are two words each; an apostrophe is part of a word.
std::vector<CommentWord> split(std::string_view text, std::size_t most) {
    std::vector<CommentWord> words;
    std::size_t begin = 0, at = 0;
    auto const end_piece = [&] {
        if (begin < at)
            words.push_back({lower_case(text.substr(begin, at - begin)), begin, at});
    };
    while (at < text.size() && words.size() < most) {
        char const c = text[at], last = at > begin ? text[at - 1] : ' ';
        std::size_t const symbol = symbol_at(text.substr(at));
        bool const high = static_cast<unsigned char>(c) >= 0x80 && symbol == 0;
        if (!is_letter(c) && !is_digit(c) && !high && !(c == '\'' && is_letter(last))) {
            end_piece();
            at += symbol ? symbol : 1;
            begin = at;
        } else {
            if (c >= 'A' && c <= 'Z' && last >= 'a' && last <= 'z') {
                end_piece();
                begin = at;
            }
            ++at;
        }
    }
    if (words.size() < most)
        end_piece();
    return words;
}

void join(std::vector<CommentWord> &words, std::size_t first, std::size_t count) {
    for (std::size_t i = 1; i < count; ++i)
        words[first].text += words[first + i].text;
    words[first].end = words[first + count - 1].end;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(first + 1),
                words.begin() + static_cast<std::ptrdiff_t>(first + count));
}

// `D O W N`, `roll back`, `tear-down`.
void join_parts(std::vector<CommentWord> &words) {
    if (words.size() > 1 &&
        std::all_of(words.begin(), words.end(), [](CommentWord const &piece) { return piece.text.size() == 1; }))
        join(words, 0, words.size());
    for (std::size_t i = 0; i + 1 < words.size(); ++i)
        for (auto const &[one, other] : {std::pair("roll", "back"), {"tear", "down"}, {"back", "out"}, {"un", "do"}})
            if (words[i].text == one && words[i + 1].text == other)
                join(words, i, 2);
}

} // namespace

std::vector<CommentWord> comment_words(std::string_view text, std::size_t most) {
    std::vector<CommentWord> words = split(text, most);
    join_parts(words);
    return words;
}

bool nearly(std::string_view word, std::string_view right) {
    if (word.size() < 3 || word.size() + 1 < right.size() || word.size() > right.size() + 1)
        return false;
    std::size_t same = 0;
    while (same < word.size() && same < right.size() && word[same] == right[same])
        ++same;
    std::string_view const rest = word.substr(same), right_rest = right.substr(same);
    if (rest.size() >= 2 && right_rest.size() >= 2 && rest[0] == right_rest[1] && rest[1] == right_rest[0] &&
        rest.substr(2) == right_rest.substr(2))
        return true;
    if (same == 0)
        return false;
    return (!rest.empty() && rest.substr(1) == right_rest) || (!right_rest.empty() && rest == right_rest.substr(1)) ||
           (!rest.empty() && !right_rest.empty() && rest.substr(1) == right_rest.substr(1));
}

} // namespace mig
