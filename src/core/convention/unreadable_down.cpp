#include "core/convention/unreadable_down.hpp"

namespace mig {

namespace {

// A piece of a file, from the line of a marker to that of the next one. The first piece has no marker.
struct Piece {
    MarkerKind kind;              // up, down or verify; heading: none of them
    std::size_t begin, body, end; // body: after the line of the marker
};

std::size_t next_line(std::string_view text, std::size_t at) {
    std::size_t const end = std::min(text.find_first_of("\r\n", at), text.size());
    return std::min(end + (text.substr(end, 2) == "\r\n" ? 2 : 1), text.size());
}

// What a comment begins, if anything: a section, or an entry of an archive, as `-- down.sql --` does.
std::optional<MarkerKind> begun_by(Convention const &convention, std::string_view words) {
    if (std::optional<FoundMarker> const found = marker_in(convention, words); found && begins_section(*found->marker))
        return found->marker->kind;
    std::size_t const length = words.find_first_of(" \t");
    if (!convention.archive || length == std::string_view::npos || trim_blanks(words.substr(length)) != "--")
        return std::nullopt;
    return words.substr(0, length) == "down.sql" ? MarkerKind::down : MarkerKind::heading;
}

// Judged by what the lines look like, since the text has no tokens to tell a comment from a literal. Empty when there
// is no down section, or a section occurs twice.
std::vector<Piece> pieces_of(Convention const &convention, std::string_view text) {
    std::vector<Piece> pieces{{MarkerKind::heading, 0, 0, text.size()}};
    each_comment_line(text, [&](std::string_view words, std::size_t begin) {
        if (std::optional<MarkerKind> const kind = begun_by(convention, words))
            pieces.push_back({*kind, line_start(text, begin), next_line(text, begin), text.size()});
    });
    auto const count = [&](MarkerKind kind) {
        return std::count_if(pieces.begin(), pieces.end(), [&](Piece const &piece) { return piece.kind == kind; });
    };
    auto const is_verify = [](Piece const &piece) { return piece.kind == MarkerKind::verify; };
    if (count(MarkerKind::up) == 0) // then it is an ordinary comment, as in parse_document()
        pieces.erase(std::remove_if(pieces.begin(), pieces.end(), is_verify), pieces.end());
    if (count(MarkerKind::down) != 1 || count(MarkerKind::up) > 1 || count(MarkerKind::verify) > 1)
        return {};
    for (std::size_t i = 1; i < pieces.size(); ++i)
        pieces[i - 1].end = pieces[i].begin;
    return pieces;
}

// Scans each piece by itself. Nothing when one other than the down section is unreadable, or none is.
std::optional<ScannedText> scan_pieces(Convention const &convention, std::string_view text, std::string const &path,
                                       Lexer const &lexer) {
    std::vector<Piece> const pieces = pieces_of(convention, text);
    ScannedText result{{text, {}}};
    LineCounter lines(text);
    for (Piece const &piece : pieces) {
        std::string why;
        std::optional<Lexed> const lexed =
            lexer.attempt(text.substr(piece.begin, piece.end - piece.begin), path, lines.at(piece.begin), why);
        if (!lexed && piece.kind != MarkerKind::down)
            return std::nullopt;
        if (!lexed) {
            result.unreadable_down = std::move(why);
            result.text.tokens.push_back(
                {Token::Kind::exact, static_cast<std::uint32_t>(piece.body), static_cast<std::uint32_t>(piece.end)});
            continue;
        }
        for (Token const &token : lexed->tokens) {
            check_for_interrupts();
            result.text.tokens.push_back({token.kind, static_cast<std::uint32_t>(token.begin + piece.begin),
                                          static_cast<std::uint32_t>(token.end + piece.begin)});
        }
    }
    return result.unreadable_down.empty() ? std::nullopt : std::optional<ScannedText>(std::move(result));
}

// Whether a quote that is left open in the down section hides the next section: if that has a quote too, the scanner
// finds the text well-formed, with the marker inside a literal.
bool hides_section(Convention const &convention, Lexed const &text) {
    bool in_down = false, hidden = false;
    auto token = text.tokens.begin();
    each_comment_line(text.text, [&](std::string_view words, std::size_t begin) {
        std::optional<FoundMarker> const found = marker_in(convention, words);
        if (!found || !begins_section(*found->marker))
            return;
        token = std::find_if(token, text.tokens.end(), [&](Token const &candidate) { return candidate.end > begin; });
        bool const inside = token != text.tokens.end() && token->begin < begin;
        hidden = hidden || (inside && in_down);
        in_down = inside ? in_down : found->marker->kind == MarkerKind::down;
    });
    return hidden;
}

} // namespace

ScannedText scan_sections(Convention const &convention, std::string_view text, std::string const &path,
                          Lexer const &lexer) {
    // As a whole first: only that tells a marker from a line inside a literal.
    std::string why;
    std::optional<Lexed> whole = lexer.attempt(text, path, 1, why);
    if (whole && !hides_section(convention, *whole))
        return {std::move(*whole)};
    if (std::optional<ScannedText> pieces = scan_pieces(convention, text, path, lexer))
        return std::move(*pieces);
    return {whole ? std::move(*whole) : lexer(text, path)}; // the latter throws
}

ScannedText scan_down(std::string_view text, std::string const &path, std::uint32_t first_line, Lexer const &lexer) {
    ScannedText result;
    if (std::optional<Lexed> lexed = lexer.attempt(text, path, first_line, result.unreadable_down))
        return {std::move(*lexed)};
    result.text = {text, {{Token::Kind::exact, 0, static_cast<std::uint32_t>(text.size())}}};
    return result;
}

} // namespace mig
