// Why a file does not belong to a convention, judged by its name.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

// Says what is wrong with a name that looks nearly right. Never empty.
std::string why_no_match(Convention const &convention, std::string_view path);

} // namespace mig
