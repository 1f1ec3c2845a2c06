// Sqitch's plan file: which changes there are, and in which order they run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mig {

// `name`, `@tag`, `name@tag`, each also as `project:...`. Either of name and tag may be empty, not both.
struct PlannedDependency {
    std::string project;               // empty: the plan's own
    std::string name, tag;             //
    std::optional<std::size_t> change; // of the plan's own project: which one is meant, an index into `changes`
};

struct PlannedChange {
    std::string name;
    std::string script;     // its files without directory and ending: `name`; `name@tag` where it was reworked later
    std::string planned_at; // YYYYMMDDHHMMSS in UTC
    std::string planner;    // `name <email>`
    std::vector<PlannedDependency> requirements; // those on the plan's own project come before it, as Sqitch demands
    std::vector<PlannedDependency> conflicts;    // `change` is empty when the plan has (or had until then) no such
    std::uint32_t line;
    // Of one that was reworked later: the tags between, a range of `tags`. Its scripts are those of one of them, of the
    // one that stands behind the newest change; of several behind that, the first. Of those for which there is a deploy
    // script: `script` has the one that would be it otherwise.
    std::size_t first_tag = 0, end_of_tags = 0;
};

struct PlannedTag {
    std::string name;   // without '@'
    std::size_t change; // the one that it stands behind
    std::uint32_t line;
};

struct SqitchPlan {
    std::string project;
    std::vector<PlannedChange> changes;
    std::vector<PlannedTag> tags;
};

// Failure malformed_file with path and line: a line that makes no sense, a change or tag that comes twice, a dependency
// on what does not come before it, on a change's SHA-1.
SqitchPlan parse_sqitch_plan(std::string_view text, std::string const &path);

} // namespace mig
