// Who acts: bookkeeping is the extension owner's, bodies are the caller's (promise 9 of the design).
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// While it lives, the current user is the owner of the extension's tables.
class AsOwner {
  public:
    enum class Path : unsigned char {
        pinned,   // search_path = pg_catalog, pg_temp: any query
        inherited // for a statement in which every name is qualified and no operator or function stands
    };
    explicit AsOwner(Path path = Path::pinned);
    ~AsOwner();
    AsOwner(AsOwner const &) = delete;
    AsOwner &operator=(AsOwner const &) = delete;

  private:
    Oid user_;
    int security_context_;
    int guc_level_; // 0: search_path is as it was
};

// OID of the schema; the extension is not relocatable, so its name is fixed.
Oid schema();
std::string role_name(Oid role);

} // namespace mig::server
