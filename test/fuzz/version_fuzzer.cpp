// Any three lines as versions, and the first as a file name: the order is one, and a file name is what it was made of.
#include "core/base/version.hpp"
#include "core/convention/name_pattern.hpp"
#include "require.hpp"

#include <array>

namespace version = mig::version;
using mig::test::require;
using version::compare;

namespace {

int sign(int order) { return (order > 0) - (order < 0); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void check_one(std::string const &a) {
    std::string const canonical = version::canonical(a);
    require(compare(a, a) == 0, "a version equals itself");
    require(compare(a, canonical) == 0, "a version equals its canonical form");
    require(version::canonical(canonical) == canonical, "the canonical form is its own");
    std::string padded;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (is_digit(a[i]) && (i == 0 || !is_digit(a[i - 1])))
            padded += "00";
        padded += a[i];
    }
    require(compare(a, padded) == 0 && version::canonical(padded) == canonical, "leading zeros do not count");
    require(version::why_invalid(a).empty() || a.empty() || a.size() > version::max_length ||
                a.find_first_of(std::string("\0\x7f ", 3)) != std::string::npos ||
                version::why_invalid(a).find("blanks or control") != std::string::npos,
            "what is no version is said why");
}

void check_two(std::string const &a, std::string const &b) {
    require(sign(compare(a, b)) == -sign(compare(b, a)), "the order is antisymmetric");
    require((version::canonical(a) == version::canonical(b)) == (compare(a, b) == 0),
            "canonical forms of equals are equal");
}

void check_three(std::string const &a, std::string const &b, std::string const &c) {
    if (compare(a, b) > 0 || compare(b, c) > 0)
        return;
    require(compare(a, c) <= 0, "the order is transitive");
    require((compare(a, c) == 0) == (compare(a, b) == 0 && compare(b, c) == 0), "equality is transitive");
}

void check_file_name(std::string const &file) {
    std::optional<mig::NameParts> const parts = mig::match_name("{groups}_{name}.sql", file);
    if (!parts)
        return;
    std::string const version(parts->version), name(parts->name);
    require(mig::base_name(file) == version + "_" + name + ".sql", "a file name is VERSION_name.sql");
    require(!name.empty(), "a migration has a name");
    require(is_digit(version.front()) && is_digit(version.back()) &&
                version.find_first_not_of("0123456789_.") == std::string::npos,
            "a version is digit groups");
    std::size_t const digits = name.find_first_not_of("0123456789");
    require(digits == 0 || (digits != std::string::npos && name[digits] != '_' && name[digits] != '.'),
            "every leading digit group is in the version");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char *>(data), size);
    std::array<std::string, 3> versions;
    for (std::string &one : versions) {
        std::size_t const end = rest.find('\n');
        one = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    for (std::string const &a : versions) {
        check_one(a);
        check_file_name(a);
        check_file_name(a + ".sql");
        for (std::string const &b : versions) {
            check_two(a, b);
            for (std::string const &c : versions)
                check_three(a, b, c);
        }
    }
    return 0;
}
