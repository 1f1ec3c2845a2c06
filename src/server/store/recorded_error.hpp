// The text of an error as the record keeps it: a value that a statement failed over can be of any length, and every
// status() reads it again. The client is told all of it.
#pragma once

#include <string>
#include <string_view>

namespace mig::server {

// All of it, or so many bytes as make whole characters, and ` ... (cut off: 64000 bytes in all)`.
constexpr int longest_recorded_error = 8000;
std::string recorded_error(std::string_view message);

} // namespace mig::server
