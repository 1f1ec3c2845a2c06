// The order of versions (promise 1 of the design): runs of digits compare as numbers of any length, all else bytewise.
#pragma once

#include <string>
#include <string_view>

namespace mig::version {

inline constexpr std::size_t max_length = 255; // bytes; a file name cannot hold more

// <0, 0, >0. Two runs of 14 or more significant digits are timestamps, the longer with a fraction of a second,
// and compare digit by digit from the left. Leading zeros never count: 007 and 7 are the same version.
int compare(std::string_view a, std::string_view b) noexcept;

// For tools whose versions are plain numbers: a longer timestamp is a greater number. Equal for the same versions as
// compare().
int compare_numbers(std::string_view a, std::string_view b) noexcept;

// Equal for exactly the versions that compare() calls equal; a key for hash tables.
std::string canonical(std::string_view version);

// The version of a changeset, `path#3` or `path#3.1`. A changeset is known by its author, its id and its file
// (core/convention/changeset_versions.hpp); one that has not run yet runs, whatever has run after it.
bool is_changeset(std::string_view version) noexcept;

// Empty when `version` is valid, otherwise why not.
std::string why_invalid(std::string_view version);

// The same for a migration's name, which appears in messages.
std::string why_invalid_name(std::string_view name);

} // namespace mig::version
