#include "server/lexing.hpp"

#include "bridge/guard.hpp"
#include "core/failure.hpp"
#include "server/quiet.hpp"
#include "server/scratch_memory.hpp"

extern "C" {
#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "parser/scanner.h"
}

namespace mig::server {

namespace {

struct Scanner {
    core_yy_extra_type extra;
    core_yyscan_t handle;
};

// By the token's own text, because the codes of keywords differ between server versions.
Token::Kind kind_of(int code, std::string_view token, char next) {
    if (code == ';')
        return Token::Kind::semicolon;
    if (code == '\\')
        return Token::Kind::backslash;
    auto const first = static_cast<unsigned char>(token.front());
    bool const letter =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_' || first >= 0x80;
    bool const literal = token.back() == '\'' || token.back() == '"'; // E'', U&"" and their like
    // The scanner gives N'...' as a word and a literal, as it gives N '...', which is something else.
    bool const prefix = next == '\'' && (token == "n" || token == "N");
    return letter && !literal && !prefix ? Token::Kind::word : Token::Kind::exact;
}

// Fills up to `room` tokens; fewer means the end of the text.
std::size_t next_tokens(Scanner *scanner, const char *text, Token *tokens, std::size_t room) {
    std::size_t count = 0;
    for (; count < room; ++count) {
        core_YYSTYPE value;
        YYLTYPE location = 0;
        int const code = core_yylex(&value, &location, scanner->handle);
        if (code == 0)
            break;
        // Flex ends the current token with a NUL in its buffer.
        std::string_view const token = scanner->extra.scanbuf + location;
        auto const begin = static_cast<std::uint32_t>(location);
        std::uint32_t const end = begin + static_cast<std::uint32_t>(token.size());
        tokens[count] = {kind_of(code, token, text[end]), begin, end};
    }
    return count;
}

} // namespace

std::string place(std::string_view text, std::size_t offset, std::string_view source, std::uint32_t first_line) {
    std::size_t const line_begin = line_start(text, offset);
    const char *const from = text.data() + line_begin;
    int const length = static_cast<int>(offset - line_begin);
    int const column = pg::guarded([=] { return pg_mbstrlen_with_len(from, length); }) + 1;
    std::string result = source.empty() ? std::string() : std::string(source) + ", ";
    return result + "line " + std::to_string(first_line + line_at(text, offset) - 1) + ", column " +
           std::to_string(column);
}

void locate(pg::Error &error, std::string_view text, std::string_view source, std::uint32_t first_line) {
    int const position = error.position();
    if (position <= 0)
        return;
    const char *const chars = text.data();
    int const length = static_cast<int>(text.size());
    int const offset = pg::guarded([=] { return pg_mbcharcliplen(chars, length, position - 1); });
    error.prefix_message(place(text, static_cast<std::size_t>(offset), source, first_line) + ": ");
}

Lexed lex(std::string_view text, std::string_view source, std::uint32_t first_line) {
    constexpr std::size_t batch = 512;
    Lexed lexed{text, {}};
    if (text.size() >= MaxAllocSize / 2)
        throw Failure(sqlstate::program_limit, "a migration of " + std::to_string(text.size()) + " bytes is too large");
    Scanner scanner{};
    ScratchMemory const memory("migrator scanner");
    Quiet const quiet;
    std::string const terminated(text); // scanner_init() wants a NUL
    Scanner *const state = &scanner;
    const char *const chars = terminated.c_str();
    try {
        memory.run([=] {
            state->handle = scanner_init(chars, &state->extra, &ScanKeywords, ScanKeywordTokens);
            state->extra.standard_conforming_strings = true;
            state->extra.escape_string_warning = false;
        });
        Token tokens[batch];
        Token *const room = tokens;
        for (std::size_t count = batch; count == batch;) {
            pg::check_for_interrupts();
            count = memory.run([=] { return next_tokens(state, chars, room, batch); });
            lexed.tokens.insert(lexed.tokens.end(), tokens, tokens + count);
        }
    } catch (pg::Error &error) {
        locate(error, text, source, first_line);
        throw;
    }
    return lexed;
}

} // namespace mig::server
