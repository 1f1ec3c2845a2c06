// The text of an error as it is recorded. A message can quote a value of any length, and every status() reads it again.
// The client gets all of it.
#pragma once

#include <string>
#include <string_view>

namespace mig::server {

// The message, cut off after a whole character if it is longer than this, with ` ... (cut off: 64000 bytes in all)`.
constexpr int longest_recorded_error = 8000;
std::string recorded_error(std::string_view message);

} // namespace mig::server
