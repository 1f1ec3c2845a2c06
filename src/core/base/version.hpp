// The order of versions (promise 1 of the design): digit runs are numbers of any length, all else is bytewise.
#pragma once

#include <string>
#include <string_view>

namespace mig::version {

inline constexpr std::size_t max_length = 255; // bytes; a file name cannot hold more

// <0, 0, >0. Two runs of 14 or more significant digits are timestamps, the longer with a fraction of a second,
// and compare digit by digit from the left. Leading zeros never count: 007 and 7 are one version.
int compare(std::string_view a, std::string_view b) noexcept;

// The same, but for tools whose versions are numbers: a longer timestamp is a greater number. Equal for the same ones.
int compare_numbers(std::string_view a, std::string_view b) noexcept;

// Equal for exactly the versions that compare() calls equal; a key for hash tables.
std::string canonical(std::string_view version);

// `path#3`, `path#3.1`: of a changeset, which is known by its author, its id and its file
// (core/convention/changeset_versions.hpp). It runs whenever it has not, whatever has run behind it.
bool of_changeset(std::string_view version) noexcept;

// Empty when `version` can be one, otherwise why not.
std::string why_invalid(std::string_view version);

// The same for a migration's name, which stands in messages.
std::string why_invalid_name(std::string_view name);

} // namespace mig::version
