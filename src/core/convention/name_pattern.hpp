// Patterns of file names, as the table of conventions writes them: "{digits}_{name}.up.sql".
#pragma once

#include <optional>
#include <string_view>

namespace mig {

// What a pattern finds, views of the path.
struct NameParts {
    std::string_view version, name;
    std::size_t begin = 0; // of what the pattern stands for
};

// A pattern stands for the end of a path, from the beginning of a file's or a directory's name on. Beside letters that
// stand for themselves it holds:
//   {digits}    the version: digits; {digits:14} so many, {digits:6+} at least so many
//   {groups}    the version: every leading group of digits that `_` or `.` joins to what follows, but not `__`
//   {dotted}    the version: groups of digits between `.` or `_`
//   {part}      the version: what comes before the first `_`; {part:0} only if it begins with a digit
//   {moment}    the version: `2026.03.15T10.15.00`
//   {stem}      the version: anything
//   {name}      the name: anything, but not `x.up` or `x.rollback`, which say what the file is
//   {word}      the name: anything without a dot; {other} the same, of no interest
//   {path}      the name: anything, also in directories
// None of them is empty, and only the last holds a `/`.
std::optional<NameParts> match_name(std::string_view pattern, std::string_view path);

// The leading digits of a name that joins them as {groups} does; 0 when there are none.
std::size_t leading_groups(std::string_view name);

std::string_view base_name(std::string_view path);

} // namespace mig
