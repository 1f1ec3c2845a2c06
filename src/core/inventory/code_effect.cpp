#include "core/inventory/code_effect.hpp"

#include "core/text/text.hpp"

namespace mig {

namespace {

bool in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::size_t skip_space(std::string_view text, std::size_t at) {
    while (at < text.size() && space(text[at]))
        ++at;
    return at;
}

std::string_view word_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && in_word(text[end]))
        ++end;
    return text.substr(at, end - at);
}

// The end of the literal that begins there, or npos. Within the code of a DO block, quotes can be doubled once more:
// '''' is read as an empty literal then, and what follows it as something computed.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '\'') {
        while ((at = text.find('\'', at + 1)) != std::string_view::npos) {
            if (at + 1 >= text.size() || text[at + 1] != '\'')
                return at + 1;
            ++at;
        }
        return at;
    }
    if (at < text.size() && text[at] == '$') {
        std::size_t const tag_end = text.find('$', at + 1);
        if (tag_end == std::string_view::npos)
            return tag_end;
        std::string_view const tag = text.substr(at, tag_end + 1 - at);
        std::size_t const end = text.find(tag, tag_end + 1);
        return end == std::string_view::npos ? end : end + tag.size();
    }
    return std::string_view::npos;
}

// Whether EXECUTE, which ends there, executes a literal as it is. EXECUTE FUNCTION is part of CREATE TRIGGER.
bool executes_literal(std::string_view text, std::size_t at) {
    at = skip_space(text, at);
    std::string const next = lower_case(word_at(text, at));
    if (next == "function" || next == "procedure" || next == "on")
        return true;
    std::size_t const end = end_of_literal(text, at);
    if (end == std::string_view::npos)
        return false;
    std::size_t const after = skip_space(text, end);
    if (after >= text.size() || text[after] == ';')
        return true;
    std::string const clause = lower_case(word_at(text, after));
    return clause == "using" || clause == "into";
}

} // namespace

CodeEffect effect_of_code(std::string_view code) {
    CodeEffect effect;
    bool executes = false;
    std::string before; // the last word
    for (std::size_t at = 0; at < code.size();) {
        if (code[at] == '"') { // a name may have any characters
            std::size_t const end = code.find('"', at + 1);
            if (end != std::string_view::npos)
                effect.words.emplace(code.substr(at + 1, end - at - 1));
            ++at;
            continue;
        }
        if (!in_word(code[at])) {
            ++at;
            continue;
        }
        std::string_view const word = word_at(code, at);
        at += word.size();
        std::string const lower = lower_case(word);
        effect.removes =
            effect.removes || lower == "drop" || lower == "rename" || (lower == "schema" && before == "set");
        executes = executes || (lower == "execute" && !executes_literal(code, at));
        effect.words.emplace(word);
        effect.words.insert(lower);
        before = lower;
    }
    effect.computes = effect.removes && executes;
    return effect;
}

} // namespace mig
