#include "server/parse/lexing.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/copy_data.hpp"
#include "core/text/psql_command.hpp"
#include "core/text/statement_ends.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"

#include <algorithm>

extern "C" {
#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "parser/scanner.h"
#include "utils/errcodes.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

// The scanner keeps the address of `extra` (core_yyset_extra()) until its last token.
struct Scanner {
    core_yy_extra_type extra;
    core_yyscan_t handle;
    const char *input;
};

// Goes by the token's text, because the codes of keywords differ between server versions. Bytes from 0x80 on begin an
// identifier in any encoding: ident_start in scan.l.
Token::Kind kind_of(int code, std::string_view token, char next) {
    if (code == ';')
        return Token::Kind::semicolon;
    auto const first = static_cast<unsigned char>(token.front());
    bool const letter =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_' || first >= 0x80;
    bool const literal = token.back() == '\'' || token.back() == '"'; // E'', U&"" and their like
    // The scanner returns N'...' as a word and a literal, just as it does for N '...', which means something else.
    bool const prefix = next == '\'' && (token == "n" || token == "N");
    return letter && !literal && !prefix ? Token::Kind::word : Token::Kind::exact;
}

enum class Stop : unsigned char {
    no_room, // for more tokens
    end,     // of the text
    command, // of psql: a backslash, which is not a token
    copy,    // the semicolon of COPY ... FROM stdin
};

struct Batch {
    std::size_t count, at; // number of tokens; where it stopped
    Stop stop;
};

// Without `ends` the text is code: there a backslash is a token like any other, and COPY has no data. In a guarded
// frame, hence the array: a guard for each token would cost more than reading it. Outside of literals and comments a
// backslash is `other` in scan.l, a token of one character, in the same places where psqlscan.l looks for a command.
Batch next_tokens(Scanner *scanner, StatementEnds *ends, Token *tokens, std::size_t room) {
    for (std::size_t count = 0; count < room;) {
        core_YYSTYPE value;
        YYLTYPE location = 0;
        int const code = core_yylex(&value, &location, scanner->handle);
        auto const begin = static_cast<std::uint32_t>(location);
        if (code == 0 || (ends && code == '\\'))
            return {count, begin, code == 0 ? Stop::end : Stop::command};
        // Flex ends the current token with a NUL in its buffer.
        std::string_view const token = scanner->extra.scanbuf + location;
        std::uint32_t const end = begin + static_cast<std::uint32_t>(token.size());
        // The byte that the NUL hides is the one after the token.
        Token::Kind const kind = kind_of(code, token, scanner->input[end]);
        tokens[count++] = {kind, begin, end};
        if (ends && ends->advance(kind, token) && ends->after_copy())
            return {count, end, Stop::copy};
    }
    return {room, 0, Stop::no_room};
}

constexpr const char *no_escapes =
    "A migration is read with standard_conforming_strings on, whatever the database, the "
    "role or the file sets: write literals with backslash escapes as E'...', and others "
    "with each quote doubled.";

// Whether literals have backslash escapes in this session, or may have them after a SET in the text. A mere mention of
// the setting is enough, because this only decides on the wording of an error.
bool has_escapes(std::string_view text) {
    const char *const setting = pg::guarded([] { return GetConfigOption("standard_conforming_strings", true, false); });
    return (setting && std::string_view(setting) == "off") ||
           text.find("standard_conforming_strings") != std::string_view::npos;
}

// Reads a text in portions: scanner_init() copies what it is given, and must not see COPY data. In COPY data, it would
// take each quote for the begin of a literal.
class Lexer {
  public:
    Lexer(std::string_view body, std::string_view source, std::uint32_t first_line)
        : text_(body), source_(source), first_line_(first_line), lexed_{body, {}} {}

    Lexed run() && {
        for (std::size_t at = 0; at < text_.size();) {
            at = copies_ > 0 ? after_copy(at) : scan_portion(at);
            reserve_after(at);
        }
        return std::move(lexed_);
    }

    Lexed run_as_code() && {
        (void) scan(0, text_.size(), nullptr);
        return std::move(lexed_);
    }

  private:
    // Room for the rest of a large text, assumed as dense as the part read: doubling could take twice as much memory.
    void reserve_after(std::size_t read) {
        std::size_t const count = lexed_.tokens.size(), left = text_.size() - read;
        if (left == 0 || lexed_.tokens.capacity() - count >= max_portion)
            return;
        std::size_t const expected = count * (left + left / 16) / read;
        lexed_.tokens.reserve(count + std::max(expected, count / 8 + max_portion));
    }

    // A portion ends after a semicolon at the end of a line, or before a command of psql, or, where neither comes soon,
    // after any line: the rows that COPY reads have neither, and the scanner copies what it is given. If that is inside
    // a literal or a comment, the scanner finds it unterminated, and a longer portion is tried. After a stop within a
    // portion, the next one is no longer than what was read: otherwise a text with many stops would be copied for each
    // of them. Returns where to continue.
    std::size_t scan_portion(std::size_t begin) {
        // The analyzer does not follow exceptions.
        std::size_t const tokens = lexed_.tokens.size(); // NOLINT(clang-analyzer-deadcode.DeadStores)
        StatementEnds const ends = ends_;
        for (std::size_t length = portion_;; length *= 2) {
            std::size_t const end = portion_end(begin, length);
            try {
                std::size_t const stop = scan(begin, end, &ends_);
                if (stop < end || end == text_.size() || !ends_with_literal()) {
                    portion_ = stop == end ? std::min(2 * length, max_portion)
                                           : std::clamp(stop - begin, min_portion, max_portion);
                    return stop;
                }
            } catch (pg::Error &error) { // the scanner holds nothing but memory
                if (end == text_.size() || error.sqlstate() != ERRCODE_SYNTAX_ERROR) {
                    explain_escapes(error, text_);
                    locate(error, text_, begin, source_, first_line_); // only now: it takes a pass over the text
                    throw;
                }
            }
            lexed_.tokens.resize(tokens);
            ends_ = ends;
        }
    }

    std::size_t portion_end(std::size_t begin, std::size_t length) const {
        if (length >= text_.size() - begin)
            return text_.size();
        for (std::size_t at = begin + length; (at = text_.find('\n', at)) != std::string_view::npos; ++at) {
            check_for_interrupts();
            char const before = text_[at - (text_[at - 1] == '\r' && at > begin + 1 ? 2 : 1)];
            if (before == ';' || begins_with_backslash(at + 1) || at - begin >= std::max(length, max_to_line_end))
                return at + 1;
        }
        return text_.size();
    }

    // A literal that the next line may continue: 'a' <line end> 'b' is one. The state <xqs> of scan.l joins them: a
    // portion that ends in between would have two.
    bool ends_with_literal() const { return !lexed_.tokens.empty() && text_[lexed_.tokens.back().end - 1] == '\''; }

    bool begins_with_backslash(std::size_t line) const {
        std::size_t const first = text_.find_first_not_of(" \t", line);
        return first != std::string_view::npos && text_[first] == '\\';
    }

    // For the rest of a line that COPY data follow: a longer portion would run into them, so that an error is final
    // here.
    std::size_t scan_located(std::size_t begin, std::size_t end) {
        try {
            return scan(begin, end, &ends_);
        } catch (pg::Error &error) {
            locate(error, text_, begin, source_, first_line_);
            throw;
        }
    }

    std::size_t scan(std::size_t begin, std::size_t end, StatementEnds *ends) {
        constexpr std::size_t batch_size = 512;
        Scanner scanner{};
        ScratchMemory const memory("migrator scanner");
        std::string const terminated(text_.substr(begin, end - begin)); // scanner_init() needs a NUL
        Scanner *const state = &scanner;
        state->input = terminated.c_str();
        memory.run([=] {
            state->handle = scanner_init(state->input, &state->extra, &ScanKeywords, ScanKeywordTokens);
            pg::use_standard_strings(&state->extra);
        });
        // There is no scanner_finish(): all that it does is to free memory, which goes with the context here.
        for (;;) {
            pg::check_for_interrupts();
            Token tokens[batch_size];
            Token *const room = tokens;
            Batch const batch = memory.run([=] { return next_tokens(state, ends, room, batch_size); });
            for (std::size_t i = 0; i < batch.count; ++i)
                lexed_.tokens.push_back({tokens[i].kind, static_cast<std::uint32_t>(tokens[i].begin + begin),
                                         static_cast<std::uint32_t>(tokens[i].end + begin)});
            switch (batch.stop) {
            case Stop::no_room:
                break;
            case Stop::end:
                return end;
            case Stop::command:
                return after_command(begin + batch.at);
            case Stop::copy:
                ++copies_;
                return begin + batch.at;
            }
        }
    }

    // `\'` outside of a literal: most likely the literal was meant to contain it. Only `\restrict` and `\unrestrict`
    // are passed over: whatever else a command does in psql would not be done here.
    std::size_t after_command(std::size_t at) const {
        if (!ends_.between_statements() && (has_escapes(text_) || text_.substr(at, 2) == "\\'"))
            throw Failure(sqlstate::syntax_error, where(at) + "a backslash outside of a literal",
                          "With standard_conforming_strings off it would be inside one.", no_escapes);
        if (!ends_.between_statements() || !only_affects_psql(text_, at))
            throw Failure(sqlstate::syntax_error,
                          where(at) + psql_command_at(text_, at) + " is a command of psql, not SQL", {},
                          psql_command_hint(text_, at));
        return next_line(text_, at);
    }

    // COPY data begin on the next line. The rest of this line is read first, as psql does it.
    std::size_t after_copy(std::size_t at) {
        std::size_t const line_end = next_line(text_, at);
        while (at < line_end)
            at = scan_located(at, line_end);
        if (!ends_.between_statements())
            throw Failure(sqlstate::syntax_error,
                          where(lexed_.tokens.back().begin) + "a statement begins after COPY ... FROM stdin; and "
                                                              "does not end on its line",
                          "The data of COPY begin on the next line.", "Put it after the data.");
        for (; copies_ > 0 && at < text_.size(); --copies_) {
            check_for_interrupts();
            std::size_t const end = end_of_copy_data(text_, at);
            lexed_.tokens.push_back(
                {Token::Kind::copy_data, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
            at = end;
        }
        copies_ = 0;
        return at;
    }

    std::string where(std::size_t at) const { return position_text(text_, at, source_, first_line_) + ": "; }

    static constexpr std::size_t min_portion = 256, max_portion = std::size_t{1} << 16,
                                 max_to_line_end = std::size_t{1} << 20;
    std::size_t portion_ = max_portion; // of the next one
    std::string_view const text_, source_;
    std::uint32_t const first_line_;
    Lexed lexed_;
    StatementEnds ends_;
    std::size_t copies_ = 0; // whose data have not been read yet
};

} // namespace

std::string position_text(std::string_view text, std::size_t offset, std::string_view source,
                          std::uint32_t first_line) {
    std::size_t const line_begin = line_start(text, offset);
    const char *const from = text.data() + line_begin;
    int const length = static_cast<int>(offset - line_begin);
    // In characters, as editors count; the scanner's locations are bytes.
    int const column = pg::guarded([=] { return pg_mbstrlen_with_len(from, length); }) + 1;
    std::string result = source.empty() ? std::string() : std::string(source) + ", ";
    return result + "line " + std::to_string(first_line + line_at(text, offset) - 1) + ", column " +
           std::to_string(column);
}

void locate(pg::Error &error, std::string_view text, std::size_t begin, std::string_view source,
            std::uint32_t first_line) {
    // For a feature that is not supported the grammar gives no position: the start of the statement serves. A position
    // counts from 1 and in characters of what the scanner was given (scanner_errposition() in scan.l).
    int const position = std::max(error.position(), error.sqlstate() == ERRCODE_FEATURE_NOT_SUPPORTED ? 1 : 0);
    if (position == 0)
        return;
    const char *const chars = text.data() + begin;
    int const length = static_cast<int>(text.size() - begin);
    int const offset = pg::guarded([=] { return pg_mbcharcliplen(chars, length, position - 1); });
    error.prefix_message(position_text(text, begin + static_cast<std::size_t>(offset), source, first_line) + ": ");
}

void explain_escapes(pg::Error &error, std::string_view text) {
    if (error.sqlstate() == ERRCODE_SYNTAX_ERROR && text.find("\\'") != std::string_view::npos && has_escapes(text))
        error.set_hint(no_escapes);
}

Lexed lex(std::string_view text, std::string_view source, std::uint32_t first_line) {
    // The scanner's buffer for a literal grows to the next power of two (addlit() in scan.l), and repalloc() refuses
    // more than MaxAllocSize, which is just below 1 GB: no literal can be longer than half of it.
    if (text.size() >= MaxAllocSize / 2)
        throw Failure(sqlstate::program_limit, "a migration of " + std::to_string(text.size()) + " bytes is too large");
    Quiet const quiet;
    return Lexer(text, source, first_line).run();
}

std::optional<Lexed> lex_code(std::string_view code) {
    Quiet const quiet;
    try {
        return Lexer(code, {}, 1).run_as_code();
    } catch (pg::Error const &error) { // the scanner holds nothing but memory
        if (error.must_propagate())
            throw;
        return std::nullopt;
    }
}

} // namespace mig::server
