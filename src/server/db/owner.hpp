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

// While it lives, the current user is the owner of a relation, with that same search_path, as for the server's own
// maintenance (VACUUM, CREATE INDEX): what it executes of the owner's (expressions of an index, ...) can neither leave
// that role nor leave a setting behind. For reading a relation on behalf of somebody who may, and has more rights.
class AsOwnerOf {
  public:
    explicit AsOwnerOf(Oid relation);
    ~AsOwnerOf();
    AsOwnerOf(AsOwnerOf const &) = delete;
    AsOwnerOf &operator=(AsOwnerOf const &) = delete;

  private:
    Oid user_, owner_;
    int security_context_;
    SearchPath path_;
};

// While it lives, the current user stays: SET ROLE and SET SESSION AUTHORIZATION are refused, as in a SECURITY DEFINER
// function. Within a transaction only.
class RoleFence {
  public:
    RoleFence();
    ~RoleFence();
    RoleFence(RoleFence const &) = delete;
    RoleFence &operator=(RoleFence const &) = delete;

  private:
    Oid user_;
    int security_context_;
};

// OID of the schema; the extension is not relocatable, so its name is fixed. Failure 3F000 or
// undefined_table when a superuser has renamed it, or moved a table out of it.
Oid schema();
std::string current_role(); // name of the current user

} // namespace mig::server
