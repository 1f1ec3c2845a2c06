#include "core/report/html_text.hpp"

#include "core/report/invisible.hpp"

#include <cstdio>

namespace mig::report {

namespace {

void append_number(std::string &out, const char *format, unsigned number) {
    char written[24];
    std::snprintf(written, sizeof written, format, number);
    out += written;
}

} // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        switch (c) {
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '&':
            out += "&amp;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        case '`':
            out += "&#96;";
            break;
        case '\n':
        case '\t':
            out += c;
            break;
        case '\r':
            break;
        default:
            if (byte < ' ' || byte == 0x7F)
                append_number(out, "\\u%04X", byte);
            else
                out += c;
        }
    }
    return out;
}

std::string escape_html_line(std::string_view text) {
    std::string line(text);
    for (char &c : line)
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
    return escape_html(line);
}

std::string to_ascii(std::string_view html) {
    std::string out;
    out.reserve(html.size());
    for (std::size_t at = 0; at < html.size();) {
        Character const character = character_at(html, at);
        if (character.code < 0x80U)
            out += html[at];
        else if (character.code == no_character)
            append_number(out, "\\x%02X", static_cast<unsigned char>(html[at]));
        else
            append_number(out, "&#x%X;", static_cast<unsigned>(character.code));
        at += character.length;
    }
    return out;
}

std::string shortened_label(std::string_view text, std::size_t most) {
    std::size_t count = 0, end = 0; // of the part that leaves room for the ellipsis
    for (std::size_t at = 0; at < text.size(); ++count) {
        if (count + 1 == most)
            end = at;
        if (count == most)
            return std::string(text.substr(0, end)) + "...";
        at += character_at(text, at).length;
    }
    return std::string(text);
}

} // namespace mig::report
