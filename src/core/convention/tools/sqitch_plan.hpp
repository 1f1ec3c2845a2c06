// Sqitch's plan file: the changes and the order in which they run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mig {

// `name`, `@tag` or `name@tag`, each optionally with `project:` before it. Name or tag may be empty, but not both.
struct PlannedDependency {
    std::string project; // empty: the plan's own
    std::string name, tag;
    std::optional<std::size_t> change; // in the plan's own project: an index into `changes`
};

struct PlannedChange {
    std::string name;
    std::string script;     // its files without directory and extension: `name`, or `name@tag` if it is reworked later
    std::string planned_at; // YYYYMMDDHHMMSS in UTC
    std::string planner;    // `name <email>`
    std::vector<PlannedDependency> requirements; // those in the plan's own project precede it, as Sqitch demands
    std::vector<PlannedDependency> conflicts;    // no `change` if the plan has none of that name before this one
    std::uint32_t line;
    // If it is reworked later: the tags between the two, a range of `tags`. Only tags for which a deploy script exists
    // count, and which do is not known here. The scripts are named after the tag of the newest change; if that has
    // several tags, after the first. `script` has the name under the assumption that all of them count.
    std::size_t first_tag = 0, end_of_tags = 0;
};

struct PlannedTag {
    std::string name;   // without '@'
    std::size_t change; // the one that it follows
    std::uint32_t line;
};

struct SqitchPlan {
    std::string project;
    std::vector<PlannedChange> changes;
    std::vector<PlannedTag> tags;
};

// Failure malformed_file with path and line: a malformed line, a change or tag that occurs twice, a dependency on a
// change that does not precede it, or on one by its SHA-1.
SqitchPlan parse_sqitch_plan(std::string_view text, std::string const &path);

} // namespace mig
