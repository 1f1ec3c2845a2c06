#include "core/convention/way_back.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

namespace mig {

namespace {

constexpr std::string_view back[] = {"down", "downs", "rollback",  "rollbacks", "revert",   "reverts",
                                     "undo", "undos", "downgrade", "backward",  "backwards"};
constexpr std::string_view forth[] = {"up",      "ups",     "do",       "deploy", "apply",
                                      "upgrade", "forward", "forwards", "migrate"};

template <std::size_t N>
bool among(std::string_view const (&words)[N], std::string_view word) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) > 127;
}

// In lower case, directories included.
std::vector<std::string> words_of(std::string_view path) {
    std::string const text = lower_case(path);
    std::vector<std::string> words;
    for (auto at = text.begin(); at != text.end();) {
        look_for_interrupts();
        auto const end = std::find_if_not(at, text.end(), is_alphanumeric);
        if (end != at)
            words.emplace_back(at, end);
        at = end == text.end() ? end : end + 1;
    }
    if (!words.empty() && words.back() == "sql")
        words.pop_back();
    return words;
}

bool says_back(std::string const &word) { return among(back, word); }

// What a name says of the direction, and what of the rest.
struct Direction {
    bool for_it = false;  // its directory or its last word is for the way back
    std::size_t back = 0; // words that say so
    std::string rest;

    explicit Direction(std::string_view path) {
        std::size_t const slash = path.rfind('/');
        std::vector<std::string> const directories =
            words_of(path.substr(0, slash == std::string_view::npos ? 0 : slash));
        std::vector<std::string> const words = words_of(path);
        for_it = (!directories.empty() && says_back(directories.back())) || (!words.empty() && says_back(words.back()));
        for (std::string const &word : words)
            if (says_back(word))
                ++back;
            else if (!among(forth, word))
                rest += word + " ";
    }
};

} // namespace

bool is_way_back(std::string_view path, std::string_view other) {
    Direction const one(path), another(other);
    if (one.for_it != another.for_it)
        return one.for_it;
    return one.back > another.back && one.rest == another.rest;
}

bool has_way_back(std::vector<std::string_view> const &paths) {
    std::size_t for_it = 0;
    std::unordered_map<std::string, std::size_t> backs; // by the rest
    for (std::string_view const path : paths) {
        look_for_interrupts();
        Direction const one(path);
        for_it += one.for_it;
        if (auto const [same, added] = backs.emplace(one.rest, one.back); !added && same->second != one.back)
            return true;
    }
    return for_it > 0 && for_it < paths.size();
}

bool may_be_way_back(std::string_view path, std::string_view other) {
    constexpr std::string_view taking[] = {"drop", "drops", "remove", "delete"};
    auto const takes = [&](std::string_view file) {
        std::vector<std::string> const words = words_of(file);
        return std::any_of(words.begin(), words.end(),
                           [&](std::string const &word) { return says_back(word) || among(taking, word); });
    };
    return is_way_back(path, other) || (takes(path) && !takes(other));
}

} // namespace mig
