#include "core/base/version.hpp"

#include "core/base/digits.hpp"

#include <algorithm>

namespace mig::version {

namespace {

constexpr std::size_t timestamp_digits = 14; // YYYYMMDDHHMMSS

// Removes the run of digits at the front of `rest` and returns its significant digits.
std::string_view take_number(std::string_view &rest) noexcept {
    std::size_t length = 0;
    while (length < rest.size() && is_digit(rest[length]))
        ++length;
    std::string_view digits = rest.substr(0, length);
    rest.remove_prefix(length);
    while (!digits.empty() && digits.front() == '0')
        digits.remove_prefix(1);
    return digits;
}

int sign(std::size_t a, std::size_t b) noexcept { return a < b ? -1 : a > b ? 1 : 0; }

// `a` and `b` have no leading zeros, so of two numbers the one with more digits is greater. `fractions`: the digits of
// a timestamp beyond the seconds are a fraction.
int compare_digits(std::string_view a, std::string_view b, bool fractions) noexcept {
    bool const timestamps = fractions && a.size() >= timestamp_digits && b.size() >= timestamp_digits;
    if (!timestamps && a.size() != b.size())
        return sign(a.size(), b.size());
    // string_view::compare puts a prefix first: the timestamp without a fraction.
    return a.compare(b);
}

int compare_versions(std::string_view a, std::string_view b, bool fractions) noexcept {
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            if (int const order = compare_digits(take_number(a), take_number(b), fractions); order != 0)
                return order;
            continue;
        }
        auto const left = static_cast<unsigned char>(a.front()), right = static_cast<unsigned char>(b.front());
        if (left != right)
            return left < right ? -1 : 1;
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    return sign(a.size(), b.size());
}

} // namespace

int compare(std::string_view a, std::string_view b) noexcept { return compare_versions(a, b, true); }

int compare_numbers(std::string_view a, std::string_view b) noexcept { return compare_versions(a, b, false); }

std::string canonical(std::string_view version) {
    std::string key;
    key.reserve(version.size());
    while (!version.empty()) {
        if (!is_digit(version.front())) {
            key += version.front();
            version.remove_prefix(1);
            continue;
        }
        std::string_view const digits = take_number(version);
        key += digits.empty() ? std::string_view("0") : digits;
    }
    return key;
}

bool is_changeset(std::string_view version) noexcept {
    std::size_t const mark = version.rfind('#');
    if (mark == std::string_view::npos || mark == 0)
        return false;
    bool after_digit = false;
    for (char const c : version.substr(mark + 1)) {
        if (!is_digit(c) && !(c == '.' && after_digit))
            return false;
        after_digit = is_digit(c);
    }
    return after_digit;
}

std::string why_invalid(std::string_view version) {
    if (version.empty())
        return "a version must not be empty";
    if (version.size() > max_length)
        return "a version must not be longer than " + std::to_string(max_length) + " bytes";
    bool const invalid = std::any_of(version.begin(), version.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte <= ' ' || byte == 0x7f;
    });
    if (invalid)
        return "a version must not contain blanks or control characters";
    return {};
}

std::string why_invalid_name(std::string_view name) {
    bool const invalid = std::any_of(name.begin(), name.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte < ' ' || byte == 0x7f;
    });
    return invalid ? "a name must not contain control characters" : std::string();
}

} // namespace mig::version
