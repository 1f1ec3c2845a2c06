#include "core/text/comments.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f' || c == '\v'; }
bool ends_line(char c) { return c == '\n' || c == '\r'; }

std::size_t end_of_line(std::string_view text, std::size_t from) {
    while (from < text.size() && !ends_line(text[from]))
        ++from;
    return from;
}

// `at` is just after "/*".
std::size_t after_block_comment(std::string_view text, std::size_t at, std::size_t end) {
    for (int depth = 1; depth > 0 && at < end;) {
        std::string_view const two = text.substr(at, 2);
        depth += two == "/*" ? 1 : two == "*/" ? -1 : 0;
        at += two == "/*" || two == "*/" ? 2 : 1;
    }
    return at;
}

// Searches [begin, end), which holds nothing but white space and comments.
void find_comments(std::string_view text, std::size_t begin, std::size_t end, std::vector<Comment> &found) {
    for (std::size_t at = begin; at < end;) {
        check_for_interrupts();
        std::string_view const two = text.substr(at, 2);
        if (two != "/*" && two != "--") {
            ++at;
            continue;
        }
        bool const block = two == "/*";
        std::size_t const stop = block ? after_block_comment(text, at + 2, end) : end_of_line(text, at);
        std::size_t const closing = block && stop - at >= 4 ? 2 : 0;
        found.push_back({block, at, stop, trim_blanks(text.substr(at + 2, stop - at - 2 - closing))});
        at = stop;
    }
}

} // namespace

std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<Comment> comments_of(Lexed const &lexed) {
    std::vector<Comment> found;
    std::size_t gap = 0;
    for (Token const &token : lexed.tokens) {
        check_for_interrupts();
        find_comments(lexed.text, gap, token.begin, found);
        gap = token.end;
    }
    find_comments(lexed.text, gap, lexed.text.size(), found);
    return found;
}

} // namespace mig
