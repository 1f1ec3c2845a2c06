#include "core/convention/name_pattern.hpp"

#include "core/base/digits.hpp"
#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <iterator>

namespace mig {

namespace {

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end]))
        ++end;
    return end - at;
}

// The length of the groups of digits at the beginning of `text`, separated by characters of `separators`.
std::size_t joined_digits(std::string_view text, std::string_view separators) {
    std::size_t length = digits_at(text, 0);
    while (length > 0 && length < text.size() && separators.find(text[length]) != std::string_view::npos) {
        std::size_t const more = digits_at(text, length + 1);
        if (more == 0)
            break;
        length += 1 + more;
    }
    return length;
}

// Whether the number of digits satisfies `count`: `14`, `6+`, or nothing for any number but 0.
bool fits(std::size_t digits, std::string_view count) {
    std::size_t number = 0;
    for (char const c : count)
        if (is_digit(c))
            number = number * 10 + static_cast<std::size_t>(c - '0');
    return count.empty() ? digits > 0 : count.back() == '+' ? digits >= number : digits == number;
}

// The length of `2026.03.15T10.15.00` at the beginning of `text`.
std::size_t timestamp_length(std::string_view text) {
    std::size_t const date = joined_digits(text, ".");
    if (date == 0 || date >= text.size() || text[date] != 'T')
        return 0;
    std::size_t const time = joined_digits(text.substr(date + 1), ".");
    return time == 0 ? 0 : date + 1 + time;
}

// Matches from left to right. Most elements have only one possible length, so there is hardly any backtracking.
class Match {
  public:
    bool matches(std::string_view pattern, std::string_view text) {
        std::size_t const brace = pattern.find('{');
        if (text.substr(0, brace) != pattern.substr(0, brace))
            return false;
        if (brace == std::string_view::npos)
            return true;
        std::size_t const end = pattern.find('}', brace);
        return match_element(pattern.substr(brace + 1, end - brace - 1), pattern.substr(end + 1), text.substr(brace));
    }
    NameParts parts;

  private:
    bool match_element(std::string_view element, std::string_view rest, std::string_view text) {
        std::string_view const kind = element.substr(0, element.find(':'));
        if (kind == "digits") {
            std::size_t const length = digits_at(text, 0);
            return fits(length, kind == element ? std::string_view() : element.substr(kind.size() + 1)) &&
                   match_version(length, rest, text);
        }
        if (kind == "groups")
            return match_groups(leading_groups(text), rest, text);
        if (kind == "dotted")
            return match_version(joined_digits(text, "._"), rest, text);
        if (kind == "part")
            return (kind == element || digits_at(text, 0) > 0) &&
                   match_version(std::min(text.find_first_of("_/"), text.size()), rest, text);
        if (kind == "timestamp")
            return match_version(timestamp_length(text), rest, text);
        return match_anything(kind, rest, text);
    }

    bool match_groups(std::size_t length, std::string_view rest, std::string_view text) {
        return text.substr(length, 2) != "__" && match_version(length, rest, text);
    }

    bool match_version(std::size_t length, std::string_view rest, std::string_view text) {
        parts.version = text.substr(0, length);
        return length > 0 && matches(rest, text.substr(length));
    }

    bool match_anything(std::string_view kind, std::string_view rest, std::string_view text) {
        std::size_t longest = text.find_first_of(kind == "path" ? "" : kind == "word" || kind == "other" ? "./" : "/");
        longest = longest == std::string_view::npos ? text.size() : longest;
        // In most patterns the rest is fixed text, which leaves only one possible length.
        bool const fixed = rest.find('{') == std::string_view::npos;
        if (fixed && text.size() < rest.size())
            return false;
        for (std::size_t length = fixed ? text.size() - rest.size() : 1; length <= longest; ++length) {
            if (length > 0 && allowed(kind, text.substr(0, length)) && matches(rest, text.substr(length))) {
                if (kind != "other")
                    (kind == "stem" ? parts.version : parts.name) = text.substr(0, length);
                return true;
            }
            if (fixed)
                break;
        }
        return false;
    }

    static bool allowed(std::string_view kind, std::string_view found) {
        constexpr std::string_view roles[] = {".up", ".down", ".up.tx", ".down.tx", ".rollback", ".revert", ".undo"};
        return kind != "name" || std::none_of(std::begin(roles), std::end(roles),
                                              [&](std::string_view role) { return ends_with(found, role); });
    }
};

} // namespace

std::optional<NameParts> match_name(std::string_view pattern, std::string_view path) {
    // Most paths differ in their end, which is cheap to compare.
    if (std::size_t const last = pattern.rfind('}');
        last != std::string_view::npos && !ends_with(path, pattern.substr(last + 1)))
        return std::nullopt;
    for (std::size_t begin = 0;; ++begin) {
        check_for_interrupts();
        Match match;
        if (match.matches(pattern, path.substr(begin))) {
            match.parts.begin = begin;
            return match.parts;
        }
        begin = path.find('/', begin);
        if (begin == std::string_view::npos)
            return std::nullopt;
    }
}

std::size_t leading_groups(std::string_view name) {
    std::size_t length = 0;
    for (std::size_t at = 0;;) {
        std::size_t const digits = digits_at(name, at), end = at + digits;
        bool const joined = end == name.size() || name[end] == '_' || name[end] == '.';
        if (digits == 0 || !joined)
            return length;
        length = end;
        if (end == name.size())
            return length;
        at = end + 1;
    }
}

std::string_view base_name(std::string_view path) {
    std::size_t const slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

} // namespace mig
