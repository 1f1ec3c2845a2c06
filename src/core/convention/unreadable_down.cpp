#include "core/convention/unreadable_down.hpp"

namespace mig {

namespace {

// A piece of a file, from the line of its marker to the next one; the first has none.
struct Piece {
    Says says;                    // heading: neither of the others
    std::size_t begin, body, end; // body: behind the line of the marker
};

std::size_t next_line(std::string_view text, std::size_t at) {
    std::size_t const end = std::min(text.find_first_of("\r\n", at), text.size());
    return std::min(end + (text.substr(end, 2) == "\r\n" ? 2 : 1), text.size());
}

// What begins with a comment, if anything does: a section, or an entry of an archive, `-- down.sql --`.
std::optional<Says> begun_by(Convention const &convention, std::string_view words) {
    if (std::optional<FoundMarker> const found = marker_in(convention, words); found && begins_section(*found->marker))
        return found->marker->says;
    std::size_t const length = words.find_first_of(" \t");
    if (!convention.archive || length == std::string_view::npos || trim_blanks(words.substr(length)) != "--")
        return std::nullopt;
    return words.substr(0, length) == "down.sql" ? Says::down : Says::heading;
}

// By what its lines look like: blind for literals. Empty when there is no down section, or a section comes twice.
std::vector<Piece> pieces_of(Convention const &convention, std::string_view text) {
    std::vector<Piece> pieces{{Says::heading, 0, 0, text.size()}};
    each_comment_line(text, [&](std::string_view words, std::size_t begin) {
        if (std::optional<Says> const says = begun_by(convention, words))
            pieces.push_back({*says, line_start(text, begin), next_line(text, begin), text.size()});
    });
    auto const count = [&](Says what) {
        return std::count_if(pieces.begin(), pieces.end(), [&](Piece const &piece) { return piece.says == what; });
    };
    if (count(Says::up) == 0) // then it is a remark
        pieces.erase(
            std::remove_if(pieces.begin(), pieces.end(), [](Piece const &piece) { return piece.says == Says::verify; }),
            pieces.end());
    if (count(Says::down) != 1 || count(Says::up) > 1 || count(Says::verify) > 1)
        return {};
    for (std::size_t i = 1; i < pieces.size(); ++i)
        pieces[i - 1].end = pieces[i].begin;
    return pieces;
}

// Nothing when another section cannot be read, or every one can.
std::optional<Scanned> scan_apart(Convention const &convention, std::string_view text, std::string const &path,
                                  Lexer const &lexer) {
    std::vector<Piece> const pieces = pieces_of(convention, text);
    Scanned result{{text, {}}};
    LineCounter lines(text);
    for (Piece const &piece : pieces) {
        std::string why;
        std::optional<Lexed> const lexed =
            lexer.attempt(text.substr(piece.begin, piece.end - piece.begin), path, lines.at(piece.begin), why);
        if (!lexed && piece.says != Says::down)
            return std::nullopt;
        if (!lexed) {
            result.unreadable_down = std::move(why);
            result.text.tokens.push_back(
                {Token::Kind::exact, static_cast<std::uint32_t>(piece.body), static_cast<std::uint32_t>(piece.end)});
            continue;
        }
        for (Token const &token : lexed->tokens) {
            look_for_interrupts();
            result.text.tokens.push_back({token.kind, static_cast<std::uint32_t>(token.begin + piece.begin),
                                          static_cast<std::uint32_t>(token.end + piece.begin)});
        }
    }
    return result.unreadable_down.empty() ? std::nullopt : std::optional<Scanned>(std::move(result));
}

// A quote that the down section leaves open may have swallowed the section behind it.
bool hides_section(Convention const &convention, Lexed const &text) {
    bool in_down = false, hidden = false;
    auto token = text.tokens.begin();
    each_comment_line(text.text, [&](std::string_view words, std::size_t begin) {
        std::optional<FoundMarker> const found = marker_in(convention, words);
        if (!found || !begins_section(*found->marker))
            return;
        token = std::find_if(token, text.tokens.end(), [&](Token const &one) { return one.end > begin; });
        bool const inside = token != text.tokens.end() && token->begin < begin;
        hidden = hidden || (inside && in_down);
        in_down = inside ? in_down : found->marker->says == Says::down;
    });
    return hidden;
}

} // namespace

Scanned scan_sections(Convention const &convention, std::string_view text, std::string const &path,
                      Lexer const &lexer) {
    std::string why;
    std::optional<Lexed> whole = lexer.attempt(text, path, 1, why);
    if (whole && !hides_section(convention, *whole))
        return {std::move(*whole)};
    if (std::optional<Scanned> apart = scan_apart(convention, text, path, lexer))
        return std::move(*apart);
    return {whole ? std::move(*whole) : lexer(text, path)};
}

Scanned scan_down(std::string_view text, std::string const &path, std::uint32_t first_line, Lexer const &lexer) {
    Scanned result;
    if (std::optional<Lexed> lexed = lexer.attempt(text, path, first_line, result.unreadable_down))
        return {std::move(*lexed)};
    result.text = {text, {{Token::Kind::exact, 0, static_cast<std::uint32_t>(text.size())}}};
    return result;
}

} // namespace mig
