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

// Where a body was loaded, or run to be on record. Of a role of another cluster nothing is known here by its name.
struct LoadedFrom {
    bool elsewhere = false;    // in another cluster: it came by a dump
    bool as_superuser = false; // the role was one there and then
};

// As roles and migrator.trusted_loaders are now.
class Loaders {
  public:
    Loaders();
    // By its name; one that does not exist any more is nobody, unless it is listed. From elsewhere, a superuser is one who
    // was a superuser there and is one here, who could have put anything into the dump; a list of names says nothing.
    Trust trust(std::string_view role, LoadedFrom from = {}) const;

    std::vector<std::string> const &listed() const { return listed_; }
    bool everybody() const { return everybody_; }

  private:
    std::vector<std::string> listed_;
    bool everybody_ = false; // `*` is listed
};

// What names a cluster: its copies by replication and backup have the same one, not what pg_dump or pg_upgrade fills.
std::string cluster_identifier();

// False before the update from 1.0, whose tables this library serves too: they do not say where a body was loaded.
bool origins_are_kept();

} // namespace mig::server
