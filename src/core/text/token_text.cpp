#include "core/text/token_text.hpp"

#include "core/text/copy_data.hpp"

namespace mig {

namespace {

void append_words(std::string &out, std::string_view text) {
    for (char const c : text)
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void append_unix_lines(std::string &out, std::string_view text) {
    for (std::size_t end; (end = text.find("\r\n")) != std::string_view::npos; text.remove_prefix(end + 1))
        out += text.substr(0, end);
    out += text;
}

// `at` is just after the quote that opens a part of a literal. Returns the offset after the quote that closes it.
std::size_t end_of_part(std::string_view text, std::size_t at, bool escapes) {
    for (; at < text.size(); ++at) {
        bool const doubled = text[at] == '\'' && at + 1 < text.size() && text[at + 1] == '\'';
        if (doubled || (escapes && text[at] == '\\'))
            ++at;
        else if (text[at] == '\'')
            return at + 1;
    }
    return text.size();
}

// The quote that opens the next part: between two parts there are only white space and line comments.
std::size_t next_part(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] != '\'')
        if (text.substr(at, 2) == "--")
            at =
                text.find_first_of("\r\n", at) == std::string_view::npos ? text.size() : text.find_first_of("\r\n", at);
        else
            ++at;
    return at;
}

// The scanner returns a literal in several parts as one token. Whatever stands between two parts becomes a line end.
void append_literal(std::string &out, std::string_view text) {
    bool const escapes = text.front() == 'e' || text.front() == 'E';
    std::size_t begin = 0;
    for (std::size_t quote = text.find('\''); quote < text.size();) {
        std::size_t const end = end_of_part(text, quote + 1, escapes);
        if (begin > 0)
            out += '\n';
        append_unix_lines(out, text.substr(begin, end - begin));
        quote = begin = next_part(text, end);
    }
}

// Completes the last line, whose end may be missing at the end of a file.
void append_rows(std::string &out, std::string_view rows) {
    append_unix_lines(out, rows);
    if (!rows.empty() && rows.back() != '\n')
        out += '\n';
}

} // namespace

void append_token_text(std::string &out, Lexed const &lexed, Token const &token) {
    std::string_view const text = lexed.at(token);
    if (token.kind == Token::Kind::word)
        append_words(out, text);
    else if (token.kind == Token::Kind::copy_data)
        append_rows(out, copy_rows(text));
    else if (text.back() == '\'' && text.front() != '$')
        append_literal(out, text);
    else
        append_unix_lines(out, text);
}

} // namespace mig
