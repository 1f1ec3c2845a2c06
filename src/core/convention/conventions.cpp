#include "core/convention/convention_table.hpp"
#include "core/convention/marker.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

// Whether the form has more to it than a number and a name, which many tools share.
bool identifies_tool(std::string_view form) {
    for (std::string_view const sign : {"__", "/", ".up.", ".down.", ".do.", ".undo.", ".rollback.", ".revert."})
        if (form.find(sign) != std::string_view::npos)
            return true;
    return false;
}

} // namespace

bool is_body(Role role) { return role == Role::up || role == Role::down || role == Role::verify; }

bool holds_one_body(Convention const &convention, std::string_view path) {
    FilePattern const *const pattern = find_file(convention, path).pattern;
    if (!pattern || !is_body(pattern->role))
        return false;
    auto const is_down = [](FilePattern const &other) { return other.role == Role::down; };
    bool const has_down_files = std::any_of(convention.files.begin(), convention.files.end(), is_down);
    // An up file that may hold a down section, or (mixed) may be a migration that has no down, is complete by itself.
    auto const begins = [](Marker const &marker) { return begins_section(marker); };
    bool const may_be_complete =
        std::any_of(convention.markers.begin(), convention.markers.end(), begins) || convention.mixed;
    return has_down_files && (!may_be_complete || pattern->role != Role::up || pattern->no_sections);
}

bool holds_changesets(Convention const &convention) { return convention.many_in_file; }

Convention const *convention_named(std::string_view name) {
    for (Convention const &convention : conventions())
        if (name == convention.name)
            return &convention;
    return nullptr;
}

const char *name_of(Convention const &convention) { return convention.name; }

std::string convention_names() {
    std::string names;
    for (Convention const &convention : conventions())
        append_item(names, convention.name);
    return names;
}

FoundFile find_file(Convention const &convention, std::string_view path) {
    for (FilePattern const &pattern : convention.files)
        if (std::optional<NameParts> const parts = match_name(pattern.form, path))
            return {&pattern, *parts};
    return {};
}

std::vector<Convention const *> conventions_matching(std::string_view path, Convention const *except) {
    std::vector<Convention const *> matching;
    for (Convention const &convention : conventions()) {
        bool const candidate = &convention != except && !convention.weak;
        FilePattern const *const pattern = candidate ? find_file(convention, path).pattern : nullptr;
        if (pattern && is_body(pattern->role) && identifies_tool(pattern->form))
            matching.push_back(&convention);
    }
    return matching;
}

bool any_convention_reads(std::string_view path) {
    return std::any_of(conventions().begin(), conventions().end(), [&](Convention const &convention) {
        FilePattern const *const pattern = find_file(convention, path).pattern;
        return pattern && pattern->role != Role::skipped;
    });
}

} // namespace mig
