#include "core/convention/down_file_names.hpp"

#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

namespace mig {

namespace {

constexpr std::string_view words_for_down[] = {"down", "downs", "rollback",  "rollbacks", "revert",   "reverts",
                                               "undo", "undos", "downgrade", "backward",  "backwards"};
constexpr std::string_view words_for_up[] = {"up",      "ups",     "do",       "deploy", "apply",
                                             "upgrade", "forward", "forwards", "migrate"};

template <std::size_t N>
bool contains(std::string_view const (&words)[N], std::string_view word) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) > 127;
}

// The words of a path in lower case, including those of its directories, without the extension.
std::vector<std::string> words_of(std::string_view path) {
    std::string const text = lower_case(path);
    std::vector<std::string> words;
    for (auto at = text.begin(); at != text.end();) {
        check_for_interrupts();
        auto const end = std::find_if_not(at, text.end(), is_alphanumeric);
        if (end != at)
            words.emplace_back(at, end);
        at = end == text.end() ? end : end + 1;
    }
    if (!words.empty() && words.back() == "sql")
        words.pop_back();
    return words;
}

bool is_down_word(std::string const &word) { return contains(words_for_down, word); }

// The words of a name about the direction, and the rest of it. A word in the middle, as in 1_scale_down_workers.sql,
// does not make a down file by itself: it takes another file with the same rest and fewer such words.
struct Direction {
    bool is_down = false;       // its directory or its last word means down
    std::size_t down_words = 0; // how many words do
    std::string rest;

    explicit Direction(std::string_view path) {
        std::size_t const slash = path.rfind('/');
        std::vector<std::string> const directories =
            words_of(path.substr(0, slash == std::string_view::npos ? 0 : slash));
        std::vector<std::string> const words = words_of(path);
        is_down = (!directories.empty() && is_down_word(directories.back())) ||
                  (!words.empty() && is_down_word(words.back()));
        for (std::string const &word : words)
            if (is_down_word(word))
                ++down_words;
            else if (!contains(words_for_up, word))
                rest += word + " ";
    }
};

} // namespace

bool is_down_file_of(std::string_view path, std::string_view other) {
    Direction const candidate(path), up(other);
    if (candidate.is_down != up.is_down)
        return candidate.is_down;
    return candidate.down_words > up.down_words && candidate.rest == up.rest;
}

bool has_down_file_of_another(std::vector<std::string_view> const &paths) {
    std::size_t downs = 0;
    std::unordered_map<std::string, std::size_t> down_words; // by the rest of the name
    for (std::string_view const path : paths) {
        check_for_interrupts();
        Direction const direction(path);
        downs += direction.is_down;
        auto const [same, added] = down_words.emplace(direction.rest, direction.down_words);
        if (!added && same->second != direction.down_words)
            return true;
    }
    return downs > 0 && downs < paths.size();
}

bool may_be_down_file_of(std::string_view path, std::string_view other) {
    constexpr std::string_view removal_words[] = {"drop", "drops", "remove", "delete"};
    auto const removes = [&](std::string_view file) {
        std::vector<std::string> const words = words_of(file);
        return std::any_of(words.begin(), words.end(), [&](std::string const &word) {
            return is_down_word(word) || contains(removal_words, word);
        });
    };
    return is_down_file_of(path, other) || (removes(path) && !removes(other));
}

} // namespace mig
