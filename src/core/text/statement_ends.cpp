#include "core/text/statement_ends.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

// psql's lexer (psqlscan.l) recognizes CREATE [OR REPLACE] {FUNCTION | PROCEDURE} by the initials of its first words.
char initial_of(std::string_view word) {
    for (std::string_view const known : {"create", "or", "replace", "function", "procedure"})
        if (same_word(word, known))
            return known.front();
    return '\0';
}

bool creates_routine(std::array<char, 4> const &words) {
    std::size_t const object = words[1] == 'o' && words[2] == 'r' ? 3 : 1;
    return words[0] == 'c' && (words[object] == 'f' || words[object] == 'p');
}

} // namespace

// Like psql, does not look for ATOMIC: within CREATE FUNCTION every BEGIN and CASE needs its END.
void StatementEnds::note_word(std::string_view word) noexcept {
    if (words_ < first_words_.size())
        first_words_[words_] = initial_of(word);
    ++words_;
    if (!creates_routine(first_words_) || parentheses_ > 0)
        return;
    if (same_word(word, "begin") || (blocks_ > 0 && same_word(word, "case"))) // CASE has an END too
        ++blocks_;
    else if (blocks_ > 0 && same_word(word, "end"))
        --blocks_;
}

void StatementEnds::end() noexcept {
    bool const copied = copy_ == Copy::from_stdin;
    *this = {};
    copied_ = copied;
}

bool StatementEnds::advance(Token::Kind kind, std::string_view token) noexcept {
    copied_ = false;
    if (kind == Token::Kind::semicolon && parentheses_ == 0 && blocks_ == 0) {
        end();
        return true;
    }
    bool const word = kind == Token::Kind::word;
    // The grammar takes STDIN and STDOUT for the same: COPY t FROM stdout reads data, too.
    if (copy_ == Copy::from)
        copy_ = word && (same_word(token, "stdin") || same_word(token, "stdout")) ? Copy::from_stdin : Copy::begun;
    else if (copy_ == Copy::begun && parentheses_ == 0 && word && same_word(token, "from"))
        copy_ = Copy::from;
    else if (tokens_ == 0 && word && same_word(token, "copy"))
        copy_ = Copy::begun;
    ++tokens_;
    if (word)
        note_word(token);
    else if (token == "(")
        ++parentheses_;
    else if (token == ")" && parentheses_ > 0)
        --parentheses_;
    return false;
}

std::vector<StatementSpan> split_statements(Lexed const &lexed) {
    std::vector<StatementSpan> spans;
    StatementEnds ends;
    std::vector<std::size_t> copies; // in `spans`
    std::uint32_t first = 0;         // the next statement's first token
    std::size_t with_data = 0;       // how many of `copies` have their data
    auto const add = [&](std::uint32_t last) {
        if (first < last)
            spans.push_back({first, last});
    };
    auto const count = static_cast<std::uint32_t>(lexed.tokens.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        check_for_interrupts();
        Token const &token = lexed.tokens[i];
        if (token.kind == Token::Kind::copy_data) {
            if (with_data < copies.size())
                spans[copies[with_data++]].data = i;
            first = ends.between_statements() ? i + 1 : first;
        } else if (ends.advance(token.kind, lexed.at(token))) {
            add(i);
            first = i + 1;
            if (ends.after_copy())
                copies.push_back(spans.size() - 1);
        }
    }
    add(count);
    return spans;
}

} // namespace mig
