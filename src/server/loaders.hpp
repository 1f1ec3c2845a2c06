// Who loaded a body, and what that is worth: a body runs with the rights of whoever calls apply(), which may be more
// than the loader's.
#pragma once

#include "bridge/guard.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mig::server {

// In rising order: what one has loaded is not taken over by a lesser one who loads the same text again.
enum class Trust : unsigned char { nobody, listed, superuser };

// As roles and migrator.trusted_loaders are now.
class Loaders {
  public:
    Loaders();
    // By its name; one that does not exist any more is nobody, unless it is listed.
    Trust trust(std::string_view role) const;

    std::vector<std::string> const &listed() const { return listed_; }
    bool everybody() const { return everybody_; }

  private:
    std::vector<std::string> listed_;
    bool everybody_ = false; // `*` is listed
};

} // namespace mig::server
