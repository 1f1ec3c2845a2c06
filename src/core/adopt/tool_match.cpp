#include "core/adopt/tool_match.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/text/file_path.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <iterator>

namespace mig {

namespace {

bool cut(std::string_view &text, std::string_view end) {
    if (text.size() <= end.size() || !ends_with(text, end))
        return false;
    text.remove_suffix(end.size());
    return true;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view directory_of(std::string_view path) {
    std::size_t const slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : last_part(path.substr(0, slash));
}

// Tools differ in what separates the groups of a version: 1_2 and 1.2, 2023-01-01-000000 and 20230101000000.
std::string loose(std::string_view version) {
    std::string text;
    for (char const c : version)
        if (c != '-')
            text += c == '_' ? '.' : c;
    return version::canonical(text);
}

// The tool's own version, which the name of the file or directory begins with, if ours differs: 2 where ours is 10.2,
// so that it runs after 10 as in a tool that compares text. Empty if it is the same, or the beginning of ours.
std::string renamed_version(std::string_view source, std::string_view version) {
    std::string_view const stem = stem_of(source),
                           name = stem == "up" || stem == "migration" ? directory_of(source) : stem;
    std::size_t end = name.find('_');
    if (stem != "up")
        end = name.find_first_not_of("0123456789");
    std::string_view const own = name.substr(0, end);
    if (own.empty() || own.front() < '0' || own.front() > '9')
        return {};
    std::string const key = loose(own), ours = loose(version);
    bool const same = ours.compare(0, key.size(), key) == 0 && (ours.size() == key.size() || ours[key.size()] == '.');
    return same ? std::string() : key;
}

bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Calls `visit` with each run of letters and digits.
template <class Visit>
void each_word(std::string_view text, Visit const &visit) {
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && alphanumeric(text[end]))
            ++end;
        if (end > begin)
            visit(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        std::size_t const end = at + word.size();
        if ((at == 0 || !alphanumeric(text[at - 1])) && (end == text.size() || !alphanumeric(text[end])))
            return true;
    }
    return false;
}

} // namespace

std::string_view stem_of(std::string_view path) {
    std::string_view stem = last_part(path);
    for (std::string_view const suffix : {".sql", ".js", ".ts", ".cjs", ".mjs", ".cts", ".mts"})
        if (cut(stem, suffix))
            break;
    (void) (cut(stem, ".up") || cut(stem, ".do"));
    return stem;
}

ToolMatcher::ToolMatcher(std::vector<Candidate> const &candidates) : candidates_(candidates) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        check_for_interrupts();
        Migration const &migration = *candidates[i].migration;
        std::string const version(migration.version()), name(migration.name());
        versions_[version::canonical(version)].all.push_back(i);
        loose_versions_[loose(version)].all.push_back(i);
        if (std::string const renamed = renamed_version(candidates[i].source, version); !renamed.empty())
            renamed_versions_[renamed].all.push_back(i);
        labels_[version + "_" + name].all.push_back(i);
        labels_[version + "-" + name].all.push_back(i);
        names_[name].all.push_back(i);
        std::string_view const source = candidates[i].source;
        names_in_files_[name + '\n' + std::string(last_part(source))].all.push_back(i);
        if (!source.empty()) {
            std::string_view const stem = stem_of(source);
            // Where a migration is a directory, its files all have the same name.
            bool const in_directory = stem == "up" || stem == "migration";
            sources_[std::string(in_directory ? directory_of(source) : stem)].all.push_back(i);
        }
        add_words(version, i);
        add_words(name, i);
    }
}

void ToolMatcher::add_words(std::string_view text, std::size_t position) {
    each_word(text, [&](std::string_view word) {
        std::vector<std::size_t> &all = words_[std::string(word)].all;
        if (all.empty() || all.back() != position)
            all.push_back(position);
    });
}

ToolMatcher::Positions *ToolMatcher::look_up(Index &index, std::string const &key) {
    auto const found = index.find(key);
    return found == index.end() ? nullptr : &found->second;
}

ToolMatcher::Positions *ToolMatcher::by_version(std::string_view key) {
    if (Positions *const renamed = look_up(renamed_versions_, loose(key)))
        return renamed;
    Positions *const exact = look_up(versions_, version::canonical(key));
    return exact ? exact : look_up(loose_versions_, loose(key));
}

ToolMatcher::Positions *ToolMatcher::by_file(std::string_view key) {
    std::string const stem(stem_of(key));
    for (Index *index : {&sources_, &labels_})
        if (Positions *const found = look_up(*index, stem))
            return found;
    return look_up(versions_, version::canonical(stem)); // 000001.sql
}

ToolMatcher::Positions *ToolMatcher::by_name(std::string_view key, std::string_view file) {
    if (file.empty())
        return look_up(names_, std::string(key));
    named_ = {};
    std::string const name = std::string(key) + '\n';
    if (Positions *const unknown = look_up(names_in_files_, name))
        named_.all = unknown->all;
    if (Positions *const alike = look_up(names_in_files_, name + std::string(last_part(file))))
        std::copy_if(alike->all.begin(), alike->all.end(), std::back_inserter(named_.all), [&](std::size_t i) {
            check_for_interrupts();
            return same_file(bare_path(candidates_[i].source), bare_path(file));
        });
    std::sort(named_.all.begin(), named_.all.end());
    return &named_;
}

// Looks only where the rarest word of the key occurs: whatever has the key has all of its words. A key without letters
// and digits is looked for everywhere.
ToolMatch ToolMatcher::by_word(std::string_view key) const {
    std::vector<std::size_t> const *places = nullptr;
    bool none = false;
    each_word(key, [&](std::string_view word) {
        auto const found = words_.find(std::string(word));
        none = none || found == words_.end();
        if (!none && (!places || found->second.all.size() < places->size()))
            places = &found->second.all;
    });
    ToolMatch match;
    std::size_t const count = none ? 0 : places ? places->size() : candidates_.size();
    for (std::size_t i = 0; i < count && match.candidates.size() <= ToolMatch::most; ++i) {
        check_for_interrupts();
        std::size_t const at = places ? (*places)[i] : i;
        if (has_word(candidates_[at].migration->version(), key) || has_word(candidates_[at].migration->name(), key))
            match.candidates.push_back(at);
    }
    return match;
}

ToolMatch ToolMatcher::find(ToolEntry const &entry, std::vector<ToolEntry const *> const &entry_of) {
    if (entry.key.empty())
        return {};
    Positions *found = nullptr;
    switch (entry.match) {
    case ToolEntry::Match::version:
        found = by_version(entry.key);
        break;
    case ToolEntry::Match::file:
        found = by_file(entry.key);
        break;
    case ToolEntry::Match::name:
        found = by_name(entry.key, entry.file);
        break;
    case ToolEntry::Match::word:
        return by_word(entry.key);
    case ToolEntry::Match::up_to:
        return {};
    }
    ToolMatch match;
    if (!found || found->all.empty())
        return match;
    while (found->taken < found->all.size() && entry_of[found->all[found->taken]])
        ++found->taken;
    for (std::size_t i = found->taken; i < found->all.size() && match.candidates.size() <= ToolMatch::most; ++i) {
        check_for_interrupts();
        if (!entry_of[found->all[i]])
            match.candidates.push_back(found->all[i]);
    }
    if (match.candidates.empty())
        match.taken = found->all.front();
    // A reworked change has several migrations under one name, and an entry for each, both in the order of the plan.
    if (entry.match == ToolEntry::Match::name && entry.file.empty() && match.candidates.size() > 1)
        match.candidates.resize(1);
    return match;
}

} // namespace mig
