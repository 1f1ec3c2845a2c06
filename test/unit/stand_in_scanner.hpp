// A STAND-IN for the server's scanner, for tests without a server: it knows enough of SQL's lexical rules to say where
// tokens are. Not the real thing: adjacent strings stay apart, operators and numbers are cut less finely.
#pragma once

#include "core/text/lexed.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace mig::test {

class StandInScanner {
  public:
    explicit StandInScanner(std::string_view text) : text_(text) {}

    // Nothing when a literal or a comment does not end, which the server refuses.
    std::optional<Lexed> scan() {
        Lexed lexed{text_, {}};
        while (skip_blanks() && at_ < text_.size()) {
            std::size_t const begin = at_;
            Token::Kind const kind = take();
            if (!terminated_)
                return std::nullopt;
            lexed.tokens.push_back({kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)});
        }
        if (!terminated_)
            return std::nullopt;
        return lexed;
    }

  private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static bool is_letter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }
    static bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool looking_at(std::string_view what) const { return text_.substr(at_, what.size()) == what; }

    template <class Predicate>
    void take_while(Predicate holds) {
        while (at_ < text_.size() && holds(text_[at_]))
            ++at_;
    }

    bool skip_blanks() {
        for (;;) {
            take_while([](char c) { return is_one_of(c, " \t\n\r\f\v"); });
            if (looking_at("--"))
                take_while([](char c) { return c != '\n' && c != '\r'; });
            else if (looking_at("/*"))
                skip_block_comment();
            else
                return terminated_;
        }
    }

    void skip_block_comment() {
        int depth = 0;
        do {
            if (at_ >= text_.size()) {
                terminated_ = false;
                return;
            }
            bool const opens = looking_at("/*"), closes = looking_at("*/");
            depth += opens ? 1 : closes ? -1 : 0;
            at_ += opens || closes ? 2 : 1;
        } while (depth > 0);
    }

    Token::Kind take() {
        char const c = peek();
        if (is_letter(c))
            return take_word();
        if (c == '\'' || c == '"')
            take_quoted(false);
        else if (c == '$')
            take_dollar();
        else if (is_digit(c) || (c == '.' && is_digit(peek(1))))
            take_number();
        else if (is_one_of(c, operators))
            take_operator();
        else if (looking_at("::"))
            at_ += 2;
        else
            ++at_;
        return c == ';' ? Token::Kind::semicolon : Token::Kind::exact;
    }

    Token::Kind take_word() {
        char const c = peek(), lower = static_cast<char>(c | 0x20);
        if (is_one_of(lower, "ebx") && peek(1) == '\'')
            ++at_;
        else if (lower == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"'))
            at_ += 2;
        else {
            take_while([](char one) { return is_letter(one) || is_digit(one) || one == '$'; });
            return Token::Kind::word;
        }
        take_quoted(lower == 'e');
        return Token::Kind::exact;
    }

    void take_quoted(bool escapes) {
        char const quote = text_[at_++];
        while (at_ < text_.size()) {
            if (escapes && peek() == '\\')
                ++at_;
            else if (peek() == quote && peek(1) == quote)
                ++at_;
            else if (peek() == quote) {
                ++at_;
                return;
            }
            ++at_;
        }
        at_ = text_.size();
        terminated_ = false;
    }

    void take_dollar() {
        std::size_t const begin = at_++;
        if (is_digit(peek())) {
            take_while(is_digit);
            return;
        }
        take_while([](char one) { return is_letter(one) || is_digit(one); });
        if (peek() != '$') {
            at_ = begin + 1;
            return;
        }
        std::string_view const tag = text_.substr(begin, ++at_ - begin);
        std::size_t const end = text_.find(tag, at_);
        terminated_ = end != std::string_view::npos;
        at_ = terminated_ ? end + tag.size() : text_.size();
    }

    void take_number() {
        take_while(is_digit);
        if (peek() == '.' && peek(1) != '.') {
            ++at_;
            take_while(is_digit);
        }
        if (is_one_of(peek(), "eE") && (is_digit(peek(1)) || (is_one_of(peek(1), "+-") && is_digit(peek(2))))) {
            at_ += 2;
            take_while(is_digit);
        }
    }

    // A comment ends an operator.
    void take_operator() {
        do
            ++at_;
        while (at_ < text_.size() && is_one_of(text_[at_], operators) && !looking_at("--") && !looking_at("/*"));
    }

    static constexpr std::string_view operators = "~!@#^&|`?+-*/%<>=";
    std::string_view text_;
    std::size_t at_ = 0;
    bool terminated_ = true;
};

// The text has to outlive the result.
inline Lexed lex(std::string_view text) { return StandInScanner(text).scan().value(); }

} // namespace mig::test
