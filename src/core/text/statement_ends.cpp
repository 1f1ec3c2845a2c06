#include "core/text/statement_ends.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

// Of psql's, whose lexer looks at the first words to know CREATE [OR REPLACE] {FUNCTION | PROCEDURE}.
char initial_of(std::string_view word) {
    for (std::string_view const known : {"create", "or", "replace", "function", "procedure"})
        if (same_word(word, known))
            return known.front();
    return '\0';
}

bool creates_routine(std::array<char, 4> const &words) {
    std::size_t const what = words[1] == 'o' && words[2] == 'r' ? 3 : 1;
    return words[0] == 'c' && (words[what] == 'f' || words[what] == 'p');
}

} // namespace

void StatementEnds::take_word(std::string_view word) noexcept {
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

bool StatementEnds::take(Token::Kind kind, std::string_view token) noexcept {
    copied_ = false;
    if (kind == Token::Kind::semicolon && parentheses_ == 0 && blocks_ == 0) {
        end();
        return true;
    }
    bool const word = kind == Token::Kind::word;
    if (copy_ == Copy::from)
        copy_ = word && (same_word(token, "stdin") || same_word(token, "stdout")) ? Copy::from_stdin : Copy::begun;
    else if (copy_ == Copy::begun && parentheses_ == 0 && word && same_word(token, "from"))
        copy_ = Copy::from;
    else if (tokens_ == 0 && word && same_word(token, "copy"))
        copy_ = Copy::begun;
    ++tokens_;
    if (word)
        take_word(token);
    else if (token == "(")
        ++parentheses_;
    else if (token == ")" && parentheses_ > 0)
        --parentheses_;
    return false;
}

std::vector<StatementSpan> split_statements(Lexed const &lexed) {
    std::vector<StatementSpan> spans;
    StatementEnds ends;
    std::vector<std::size_t> without_data; // of `spans`
    std::uint32_t first = 0;
    std::size_t given = 0;
    auto const add = [&](std::uint32_t last) {
        if (first < last)
            spans.push_back({first, last});
    };
    auto const count = static_cast<std::uint32_t>(lexed.tokens.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        look_for_interrupts();
        Token const &token = lexed.tokens[i];
        if (token.kind == Token::Kind::copy_data) {
            if (given < without_data.size())
                spans[without_data[given++]].data = i;
            first = ends.between() ? i + 1 : first;
        } else if (ends.take(token.kind, lexed.at(token))) {
            add(i);
            first = i + 1;
            if (ends.copied())
                without_data.push_back(spans.size() - 1);
        }
    }
    add(count);
    return spans;
}

} // namespace mig
