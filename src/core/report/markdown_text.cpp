#include "core/report/markdown_text.hpp"

#include <cmath>
#include <cstdio>

namespace mig::report {

namespace {

// White space and control characters, however many, become one blank.
std::string one_line(std::string_view text) {
    std::string line;
    for (char const c : text) {
        bool const blank = static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    if (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

bool alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Whether `word`, which is in lower case, comes just before `end`, in whatever case.
bool ends_with_word(std::string_view line, std::size_t end, std::string_view word) {
    if (end < word.size())
        return false;
    for (std::size_t i = 0; i < word.size(); ++i)
        if (static_cast<char>(line[end - word.size() + i] | 0x20) != word[i])
            return false;
    return true;
}

// From 9.95 on, one decimal would be three digits: 10.0.
std::string two_digits(double value, const char *unit) {
    char written[64];
    std::snprintf(written, sizeof written, value < 9.95 ? "%.1f" : "%.0f", value);
    std::string text = written;
    if (text.size() > 2 && text.substr(text.size() - 2) == ".0")
        text.resize(text.size() - 2);
    return text + " " + unit;
}

} // namespace

std::string code(std::string_view text) {
    std::string const line = one_line(text);
    if (line.empty())
        return "";
    if (line.find_first_of("`|") == std::string::npos)
        return "`" + line + "`";
    // In HTML every character can be written so that neither the table nor the inline markup sees it.
    std::string html = "<code>";
    for (char const c : line)
        if (alphanumeric(c) || c == ' ')
            html += c;
        else
            html += "&#" + std::to_string(static_cast<unsigned char>(c)) + ";";
    return html + "</code>";
}

std::string prose(std::string_view text) {
    std::string const line = one_line(text);
    std::string safe;
    for (std::size_t i = 0; i < line.size(); ++i) {
        char const c = line[i];
        char const next = i + 1 < line.size() ? line[i + 1] : ' ';
        switch (c) {
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '&':
            safe += "&amp;";
            break;
        case '|': // a table would end its cell here, whatever escapes it
            safe += "&#124;";
            break;
        case '\\':
        case '`':
        case '*':
        case '[':
        case ']':
        case '~':
        case '!':
            (safe += '\\') += c;
            break;
        case '_': // within a word it is not markup
            if (i == 0 || !alphanumeric(line[i - 1]) || !alphanumeric(next))
                safe += '\\';
            safe += c;
            break;
        case '$': // a formula otherwise
            safe += "<span>$</span>";
            break;
        case '@': // a mention, an issue, an emoji, a link: none continues across an HTML comment
        case '#':
        case ':':
            safe += c;
            if (next != ' ')
                safe += "<!-- -->";
            break;
        case '.':
            safe += c;
            if (ends_with_word(line, i, "www"))
                safe += "<!-- -->";
            break;
        case '-': // GH-26 is an issue
            safe += c;
            if (next >= '0' && next <= '9' && ends_with_word(line, i, "gh"))
                safe += "<!-- -->";
            break;
        default:
            safe += c;
        }
    }
    return safe;
}

// The limits are those from which a value would be rounded up to the next unit or digit: 99.5 is shown as 100.
std::string rounded_duration(double ms) {
    if (!(ms >= 1))
        return "<1 ms";
    if (ms < 995) {
        double const unit = ms < 99.5 ? 1 : 10;
        return two_digits(ms < 9.95 ? std::round(ms) : std::round(ms / unit) * unit, "ms");
    }
    if (ms < 99.5e3)
        return two_digits(ms / 1000, "s");
    if (ms < 99.5 * 60e3)
        return two_digits(ms / 60e3, "min");
    return two_digits(ms / 3600e3, "h");
}

std::string rounded_size(std::int64_t bytes) {
    if (bytes < 1024)
        return std::to_string(bytes) + " bytes";
    double size = static_cast<double>(bytes) / 1024;
    const char *const units[] = {"kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; size >= 1023.5 && unit < 3; ++unit)
        size /= 1024;
    return two_digits(size, units[unit]);
}

std::string counted(std::size_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

} // namespace mig::report
