// Why a file is none of a convention, by its name.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// With a word about a name that looks nearly right. Never empty.
std::string why_not_of(Convention const &convention, std::string_view path);

} // namespace mig
