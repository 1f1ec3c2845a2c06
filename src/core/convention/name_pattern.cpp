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

// Length of the groups of digits at the front of `text` between which one of `joins` stands.
std::size_t joined_digits(std::string_view text, std::string_view joins) {
    std::size_t length = digits_at(text, 0);
    while (length > 0 && length < text.size() && joins.find(text[length]) != std::string_view::npos) {
        std::size_t const more = digits_at(text, length + 1);
        if (more == 0)
            break;
        length += 1 + more;
    }
    return length;
}

// The number in `digits:14` or `digits:6+`, and whether more will do.
bool fits(std::size_t digits, std::string_view count) {
    std::size_t number = 0;
    for (char const c : count)
        if (is_digit(c))
            number = number * 10 + static_cast<std::size_t>(c - '0');
    return count.empty() ? digits > 0 : count.back() == '+' ? digits >= number : digits == number;
}

// Of `2026.03.15T10.15.00` at the front of `text`.
std::size_t moment_length(std::string_view text) {
    std::size_t const date = joined_digits(text, ".");
    if (date == 0 || date >= text.size() || text[date] != 'T')
        return 0;
    std::size_t const time = joined_digits(text.substr(date + 1), ".");
    return time == 0 ? 0 : date + 1 + time;
}

class Match {
  public:
    bool of(std::string_view pattern, std::string_view text) {
        std::size_t const brace = pattern.find('{');
        if (text.substr(0, brace) != pattern.substr(0, brace))
            return false;
        if (brace == std::string_view::npos)
            return true;
        std::size_t const end = pattern.find('}', brace);
        return element(pattern.substr(brace + 1, end - brace - 1), pattern.substr(end + 1), text.substr(brace));
    }
    NameParts parts;

  private:
    bool element(std::string_view what, std::string_view rest, std::string_view text) {
        std::string_view const kind = what.substr(0, what.find(':'));
        if (kind == "digits") {
            std::size_t const length = digits_at(text, 0);
            return fits(length, kind == what ? std::string_view() : what.substr(kind.size() + 1)) &&
                   version(length, rest, text);
        }
        if (kind == "groups")
            return groups(leading_groups(text), rest, text);
        if (kind == "dotted")
            return version(joined_digits(text, "._"), rest, text);
        if (kind == "part")
            return (kind == what || digits_at(text, 0) > 0) &&
                   version(std::min(text.find_first_of("_/"), text.size()), rest, text);
        if (kind == "moment")
            return version(moment_length(text), rest, text);
        return anything(kind, rest, text);
    }

    bool groups(std::size_t length, std::string_view rest, std::string_view text) {
        return text.substr(length, 2) != "__" && version(length, rest, text);
    }

    bool version(std::size_t length, std::string_view rest, std::string_view text) {
        parts.version = text.substr(0, length);
        return length > 0 && of(rest, text.substr(length));
    }

    bool anything(std::string_view kind, std::string_view rest, std::string_view text) {
        std::size_t longest = text.find_first_of(kind == "path" ? "" : kind == "word" || kind == "other" ? "./" : "/");
        longest = longest == std::string_view::npos ? text.size() : longest;
        // The rest is fixed text but in a few patterns: then only one length will do.
        bool const one = rest.find('{') == std::string_view::npos;
        if (one && text.size() < rest.size())
            return false;
        for (std::size_t length = one ? text.size() - rest.size() : 1; length <= longest; ++length) {
            if (length > 0 && allowed(kind, text.substr(0, length)) && of(rest, text.substr(length))) {
                if (kind != "other")
                    (kind == "stem" ? parts.version : parts.name) = text.substr(0, length);
                return true;
            }
            if (one)
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
    // Most are refused by their end.
    if (std::size_t const last = pattern.rfind('}');
        last != std::string_view::npos && !ends_with(path, pattern.substr(last + 1)))
        return std::nullopt;
    for (std::size_t begin = 0;; ++begin) {
        look_for_interrupts();
        Match match;
        if (match.of(pattern, path.substr(begin))) {
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
