// Where the statements of a script end, by psql's rules: at a semicolon outside of parentheses and outside of the
// BEGIN ATOMIC ... END of CREATE FUNCTION or PROCEDURE.
#pragma once

#include "core/text/lexed.hpp"

#include <array>

namespace mig {

// Token by token. COPY data are not part of a statement: leave their tokens out.
class StatementEnds {
  public:
    // True: it is the semicolon that ends a statement, which may be empty.
    [[nodiscard]] bool advance(Token::Kind kind, std::string_view token) noexcept;
    // No token has come since the last end.
    bool between_statements() const noexcept { return tokens_ == 0; }
    // The statement that has just ended is COPY ... FROM stdin.
    bool after_copy() const noexcept { return copied_; }

  private:
    void note_word(std::string_view word) noexcept;
    void end() noexcept;

    enum class Copy : unsigned char { no, begun, from, from_stdin };
    std::array<char, 4> first_words_{}; // their initials, where they are those of CREATE OR REPLACE FUNCTION
    std::size_t tokens_ = 0, words_ = 0, parentheses_ = 0, blocks_ = 0;
    Copy copy_ = Copy::no;
    bool copied_ = false;
};

struct StatementSpan {
    std::uint32_t first, last; // its tokens, [first, last), without the semicolon
    std::uint32_t data = 0;    // the token with the rows that it copies, which is never the first of all; 0: none
};

// All statements that have a token. Several COPY statements on a line have their data after it, in the same order.
std::vector<StatementSpan> split_statements(Lexed const &lexed);

} // namespace mig
