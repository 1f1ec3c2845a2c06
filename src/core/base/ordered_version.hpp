// Versions for what has an order of its own, a plan's or a file's, which its names and times need not follow.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mig {

// Each version is greater than those before it (version::compare) and depends on nothing behind it, so that what is
// appended to a plan changes no version.
class OrderedVersions {
  public:
    // `wanted` where that is greater, else the last one that was, with .1, .2, ...: 20130815201231.1
    [[nodiscard]] std::string next(std::string_view wanted);

  private:
    std::optional<std::string> granted_; // the last that was given as wanted
    std::size_t further_ = 0;            // given behind it
};

} // namespace mig
