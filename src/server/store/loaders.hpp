// Who loaded a body, and how far that role is trusted: a body runs with the privileges of whoever calls apply(), which
// may be more than the loader has.
#pragma once

#include "bridge/guard.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mig::server {

// In rising order. When a less trusted role loads the same text again, the more trusted one remains its loader.
enum class Trust : unsigned char { nobody, listed, superuser };

// Where a body was loaded, or where it ran and was recorded. In another cluster the same name may have meant another
// role.
struct LoadedFrom {
    bool elsewhere = false;    // in another cluster: it came with a dump
    bool as_superuser = false; // the role was a superuser there at that time
};

// Judges roles by what they and migrator.trusted_loaders are now.
class Loaders {
  public:
    Loaders();
    // A role that does not exist any more is trusted only if it is listed. What was loaded elsewhere is trusted if the
    // role was a superuser there and one of that name is a superuser here, as that one could have written anything into
    // the dump. A list of names does not apply to other clusters, except for `*`.
    Trust trust(std::string_view role, LoadedFrom from = {}) const;

    std::vector<std::string> const &listed() const { return listed_; }
    bool everybody() const { return everybody_; }

  private:
    std::vector<std::string> listed_;
    bool everybody_ = false; // `*` is listed
};

// The system identifier. Physical copies (replicas, base backups) keep it; clusters that are filled by pg_dump or
// pg_upgrade have another one.
std::string cluster_identifier();

// Whether the tables have columns for where a body was loaded. False for those of 1.0, before the update is run.
bool tables_have_origins();

} // namespace mig::server
