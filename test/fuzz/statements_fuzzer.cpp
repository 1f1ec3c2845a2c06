// Any bytes as a script: what split_statements() promises.
#include "../unit/stand_in_scanner.hpp"
#include "core/text/copy_data.hpp"
#include "core/text/plpgsql_statements.hpp"
#include "core/text/statement_ends.hpp"
#include "require.hpp"

#include <string>

using mig::Lexed;
using mig::StatementSpan;
using mig::Token;
using mig::test::require;
using mig::test::StandInScanner;

namespace {

bool is_data(Token const &token) { return token.kind == Token::Kind::copy_data; }

// Every token that is not in a statement is a semicolon or data.
void check_spans(Lexed const &lexed, std::vector<StatementSpan> const &spans) {
    std::size_t next = 0;
    auto const skip_to = [&](std::size_t token) {
        for (; next < token; ++next)
            require(lexed.tokens[next].kind == Token::Kind::semicolon || is_data(lexed.tokens[next]),
                    "nothing but semicolons and data lies between statements");
    };
    for (StatementSpan const &span : spans) {
        require(next <= span.first && span.first < span.last && span.last <= lexed.tokens.size(),
                "statements follow each other and are not empty");
        require(!span.data || (is_data(lexed.tokens[span.data]) && span.data > span.last),
                "data follow their statement");
        skip_to(span.first);
        next = span.last;
    }
    skip_to(lexed.tokens.size());
}

// A statement by itself is one.
void check_again(Lexed const &lexed, StatementSpan const &span) {
    std::size_t const begin = lexed.tokens[span.first].begin, end = lexed.tokens[span.last - 1].end;
    Lexed const own = slice(lexed, begin, end);
    std::vector<StatementSpan> const again = split_statements(own);
    require(again.size() == 1 && again[0].last - again[0].first == span.last - span.first,
            "a statement is one statement");
}

void check_copy_data(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t const end = mig::end_of_copy_data(text, at);
        require(at < end && end <= text.size(), "data end within the text");
        std::string_view const data = text.substr(at, end - at), rows = mig::copy_rows(data);
        require(data.substr(0, rows.size()) == rows && data.size() - rows.size() <= 4,
                "rows are data without their end");
        require(end == text.size() || rows.size() < data.size(), "a line ends them, or the text");
        require(mig::end_of_copy_data(rows, 0) == rows.size() && mig::copy_rows(rows) == rows, "rows do not hold it");
        at = end;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string const text(reinterpret_cast<const char *>(data), size);
    check_copy_data(text);
    std::optional<Lexed> lexed = StandInScanner(text).scan();
    if (!lexed)
        return 0;
    // Where the lexer would give data: a `%` behind a semicolon.
    for (std::size_t i = 1; i < lexed->tokens.size(); ++i) {
        Token const &before = lexed->tokens[i - 1];
        bool const between = before.kind == Token::Kind::semicolon || is_data(before);
        if (between && lexed->at(lexed->tokens[i]) == "%")
            lexed->tokens[i].kind = Token::Kind::copy_data;
    }
    mig::StatementEnds ends;
    for (Token const &token : lexed->tokens) {
        if (is_data(token) && !ends.between_statements())
            return 0; // which the lexer refuses
        if (!is_data(token))
            (void) ends.advance(token.kind, lexed->at(token));
    }
    std::vector<StatementSpan> const spans = split_statements(*lexed);
    check_spans(*lexed, spans);
    for (StatementSpan const &span : spans)
        check_again(*lexed, span);
    for (mig::CodeStatement const &statement : mig::statements_in(*lexed)) // the same as code
        require(statement.offset < size, "a statement begins in its code");
    return 0;
}
