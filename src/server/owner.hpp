// Who acts: bookkeeping is the extension owner's, bodies are the caller's (promise 9 of the design).
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// While it lives, search_path is this one.
class SearchPath {
  public:
    explicit SearchPath(const char *path);
    ~SearchPath();
    SearchPath(SearchPath const &) = delete;
    SearchPath &operator=(SearchPath const &) = delete;

  private:
    int guc_level_;
};

// While it lives, the current user is the owner of the extension's tables, and search_path = pg_catalog, pg_temp.
class AsOwner {
  public:
    AsOwner();
    ~AsOwner();
    AsOwner(AsOwner const &) = delete;
    AsOwner &operator=(AsOwner const &) = delete;

  private:
    Oid user_, owner_;
    int security_context_;
    SearchPath path_;
};

// OID of the schema; the extension is not relocatable, so its name is fixed.
Oid schema();
std::string current_role(); // name of the current user

} // namespace mig::server
