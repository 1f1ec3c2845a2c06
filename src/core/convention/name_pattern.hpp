// Patterns of file names, as the table of conventions writes them: "{digits}_{name}.up.sql".
#pragma once

#include <optional>
#include <string_view>

namespace mig {

// What a pattern matched. Views into the path.
struct NameParts {
    std::string_view version, name;
    std::size_t begin = 0; // of the match in the path
};

// A pattern matches the end of a path, from the beginning of a file's or a directory's name. Characters stand for
// themselves, except:
//   {digits}    the version: digits; {digits:14} exactly 14, {digits:6+} at least 6
//   {groups}    the version: all leading groups of digits, each followed by `_` or `.`; but not before `__`
//   {dotted}    the version: groups of digits separated by `.` or `_`
//   {part}      the version: what comes before the first `_`; {part:0} only if it begins with a digit
//   {timestamp} the version: `2026.03.15T10.15.00`
//   {stem}      the version: anything
//   {name}      the name: anything that does not end in `.up`, `.rollback` and the like, which are roles of files
//   {word}      the name: anything without a dot; {other} the same, not captured
//   {path}      the name: anything, directories included
// None of them matches nothing, and only the last matches a `/`.
std::optional<NameParts> match_name(std::string_view pattern, std::string_view path);

// The length of the leading groups of digits that {groups} stands for; 0 when there are none.
std::size_t leading_groups(std::string_view name);

std::string_view base_name(std::string_view path);

} // namespace mig
