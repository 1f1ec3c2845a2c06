// Versions for migrations whose order is that of a plan or a file, and need not be that of their names or times.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mig {

// Each version is greater than those before it (version::compare) and depends on nothing after it, so that appending to
// a plan changes no existing version.
class OrderedVersions {
  public:
    // `wanted` if that is greater than the last version; else the last wanted one that was, with .1, .2, ... appended:
    // 20130815201231.1
    [[nodiscard]] std::string next(std::string_view wanted);

  private:
    std::optional<std::string> granted_; // the last that was returned as wanted
    std::size_t suffix_ = 0;             // of the last that was returned; 0: none
};

} // namespace mig
