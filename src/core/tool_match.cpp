#include "core/tool_match.hpp"

#include "core/version.hpp"

#include <algorithm>
#include <iterator>

namespace mig {

namespace {

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

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

// Tools differ in how they join the groups of a version: 1_2 and 1.2, 2023-01-01-000000 and 20230101000000.
std::string loose(std::string_view version) {
    std::string text;
    for (char const c : version)
        if (c != '-')
            text += c == '_' ? '.' : c;
    return version::canonical(text);
}

// One file, named from different directories.
bool same_file(std::string_view a, std::string_view b) {
    if (a.size() < b.size())
        std::swap(a, b);
    return ends_with(a, b) && (a.size() == b.size() || a[a.size() - b.size() - 1] == '/');
}

std::string_view bare_path(std::string_view path) {
    for (std::string_view const prefix : {"classpath:", "./", "/"})
        if (path.substr(0, prefix.size()) == prefix)
            path.remove_prefix(prefix.size());
    return path;
}

bool alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

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
        Migration const &migration = *candidates[i].migration;
        std::string const version(migration.version()), name(migration.name());
        versions_[version::canonical(version)].push_back(i);
        loose_versions_[loose(version)].push_back(i);
        labels_[version + "_" + name].push_back(i);
        labels_[version + "-" + name].push_back(i);
        names_[name].push_back(i);
        if (std::string_view const source = candidates[i].source; !source.empty()) {
            std::string_view const stem = stem_of(source);
            // Where a migration is a directory, its files all have the same name.
            bool const in_directory = stem == "up" || stem == "migration";
            sources_[std::string(in_directory ? directory_of(source) : stem)].push_back(i);
        }
    }
}

ToolMatcher::Positions ToolMatcher::by_version(std::string_view key) const {
    auto const exact = versions_.find(version::canonical(key));
    if (exact != versions_.end())
        return exact->second;
    auto const similar = loose_versions_.find(loose(key));
    return similar == loose_versions_.end() ? Positions() : similar->second;
}

ToolMatcher::Positions ToolMatcher::by_file(std::string_view key) const {
    std::string const stem(stem_of(key));
    for (Index const *index : {&sources_, &labels_})
        if (auto const found = index->find(stem); found != index->end())
            return found->second;
    auto const found = versions_.find(version::canonical(stem)); // 000001.sql
    return found == versions_.end() ? Positions() : found->second;
}

ToolMatcher::Positions ToolMatcher::by_name(std::string_view key, std::string_view file) const {
    auto const found = names_.find(std::string(key));
    if (found == names_.end() || file.empty())
        return found == names_.end() ? Positions() : found->second;
    Positions from_there;
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(from_there), [&](std::size_t i) {
        std::string_view const source = candidates_[i].source;
        return source.empty() || same_file(bare_path(source), bare_path(file));
    });
    return from_there;
}

ToolMatcher::Positions ToolMatcher::by_word(std::string_view key) const {
    Positions found;
    for (std::size_t i = 0; i < candidates_.size(); ++i)
        if (has_word(candidates_[i].migration->version(), key) || has_word(candidates_[i].migration->name(), key))
            found.push_back(i);
    return found;
}

ToolMatch ToolMatcher::find(ToolEntry const &entry, std::vector<ToolEntry const *> const &taken) const {
    if (entry.key.empty())
        return {};
    Positions found;
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
        return {by_word(entry.key)};
    case ToolEntry::Match::up_to:
        return {};
    }
    ToolMatch match;
    for (std::size_t const at : found)
        if (!taken[at])
            match.at.push_back(at);
    if (match.at.empty() && !found.empty())
        match.taken = found.front();
    // A change that was reworked is there under one name twice, in the order of the plan.
    if (entry.match == ToolEntry::Match::name && entry.file.empty() && match.at.size() > 1)
        match.at.resize(1);
    return match;
}

} // namespace mig
