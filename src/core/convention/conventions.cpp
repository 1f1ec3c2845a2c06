#include "core/convention/convention_table.hpp"
#include "core/convention/marker.hpp"
#include "core/text/text.hpp"

#include <algorithm>

namespace mig {

namespace {

// A form that says more than that there is a number.
bool says_whose(std::string_view form) {
    for (std::string_view const part : {"__", "/", ".up.", ".down.", ".do.", ".undo.", ".rollback.", ".revert."})
        if (form.find(part) != std::string_view::npos)
            return true;
    return false;
}

} // namespace

bool is_body(Role role) { return role == Role::up || role == Role::down || role == Role::verify; }

bool holds_one_body(Convention const &convention, std::string_view path) {
    FilePattern const *const pattern = find_file(convention, path).pattern;
    if (!pattern || !is_body(pattern->role))
        return false;
    auto const is_down = [](FilePattern const &one) { return one.role == Role::down; };
    bool const apart = std::any_of(convention.files.begin(), convention.files.end(), is_down);
    auto const begins = [](Marker const &marker) { return begins_section(marker); };
    bool const sections = std::any_of(convention.markers.begin(), convention.markers.end(), begins) ||
                          convention.mixed; // or no down at all
    return apart && (!sections || pattern->role != Role::up || pattern->whole);
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

std::vector<Convention const *> named_alike(std::string_view path, Convention const *aside) {
    std::vector<Convention const *> alike;
    for (Convention const &convention : conventions()) {
        bool const meant = &convention != aside && !convention.modest;
        FilePattern const *const pattern = meant ? find_file(convention, path).pattern : nullptr;
        if (pattern && is_body(pattern->role) && says_whose(pattern->form))
            alike.push_back(&convention);
    }
    return alike;
}

bool may_be_read(std::string_view path) {
    return std::any_of(conventions().begin(), conventions().end(), [&](Convention const &convention) {
        FilePattern const *const pattern = find_file(convention, path).pattern;
        return pattern && pattern->role != Role::beside;
    });
}

} // namespace mig
