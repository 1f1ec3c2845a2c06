// A text and where its tokens are, as the server's scanner found them. Between two tokens there are only white space,
// comments, and lines with psql's \restrict and \unrestrict, whose keys consist of letters and digits.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mig {

struct Token {
    enum class Kind : unsigned char {
        word,      // keyword or unquoted identifier: case does not count
        exact,     // every byte counts: literals, quoted identifiers, numbers, operators
        semicolon, //
        copy_data, // what COPY ... FROM stdin reads: whole lines, with the one that ends them (core/text/copy_data.hpp)
    };
    Token() = default;
    Token(Kind token_kind, std::uint32_t from, std::uint32_t to) : kind(token_kind), begin(from), end(to) {}

    // In eight bytes, since a large text has tens of millions; it has less than 2 GB (lex()).
    Kind kind : 2;
    std::uint64_t begin : 31, end : 31; // bytes; [begin, end)
};
static_assert(sizeof(Token) == 8, "packed");

struct Lexed {
    std::string_view text;
    std::vector<Token> tokens;

    std::string_view at(Token const &token) const { return text.substr(token.begin, token.end - token.begin); }
};

// The tokens of lexed.text[begin, end), positions relative to the new text.
Lexed slice(Lexed const &lexed, std::size_t begin, std::size_t end);

// 1-based number of the line that holds byte `offset`; CRLF, LF and a lone CR each end a line.
std::uint32_t line_at(std::string_view text, std::size_t offset) noexcept;
// The same for ascending offsets, in one pass over the text.
class LineCounter {
  public:
    explicit LineCounter(std::string_view lines) : text_(lines) {}
    std::uint32_t at(std::size_t offset) noexcept {
        line_ += line_at(text_.substr(offset_), offset - offset_) - 1;
        offset_ = offset;
        return line_;
    }

  private:
    std::string_view text_;
    std::size_t offset_ = 0;
    std::uint32_t line_ = 1;
};

// The offset of the first byte of that line.
std::size_t line_start(std::string_view text, std::size_t offset) noexcept;

// Whether the words are equal, regardless of the ASCII case of `a`.
bool same_word(std::string_view a, std::string_view lower) noexcept;

} // namespace mig
