// Where the statements of a script end, by the rules that psql goes by: at a semicolon outside of parentheses and of
// the BEGIN ATOMIC ... END of CREATE FUNCTION or PROCEDURE.
#pragma once

#include "core/text/lexed.hpp"

#include <array>

namespace mig {

// Token by token. Copy data are no tokens of statements: leave them out.
class StatementEnds {
  public:
    // True: the semicolon that ends a statement, or nothing but a semicolon.
    [[nodiscard]] bool take(Token::Kind kind, std::string_view token) noexcept;
    // No token came since the last end.
    bool between() const noexcept { return tokens_ == 0; }
    // The statement that has just ended is COPY ... FROM stdin.
    bool copied() const noexcept { return copied_; }

  private:
    void take_word(std::string_view word) noexcept;
    void end() noexcept;

    enum class Copy : unsigned char { no, begun, from, from_stdin };
    std::array<char, 4> first_words_{}; // initials of those that CREATE OR REPLACE FUNCTION is made of
    std::size_t tokens_ = 0, words_ = 0, parentheses_ = 0, blocks_ = 0;
    Copy copy_ = Copy::no;
    bool copied_ = false;
};

struct StatementSpan {
    std::uint32_t first, last; // its tokens, [first, last), without the semicolon
    std::uint32_t data = 0;    // the token that holds what it copies; 0: none, it never comes first
};

// All that have a token. The data of several COPY statements follow each other in their order.
std::vector<StatementSpan> split_statements(Lexed const &lexed);

} // namespace mig
