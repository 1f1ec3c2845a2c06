// The current user: the extension's tables are accessed as their owner, bodies run as the caller.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// Sets search_path while it lives.
class [[nodiscard]] SearchPath {
  public:
    explicit SearchPath(const char *path);
    ~SearchPath();
    SearchPath(SearchPath const &) = delete;
    SearchPath &operator=(SearchPath const &) = delete;

  private:
    int guc_level_;
};

// Switches to this user while it lives. SET ROLE and SET SESSION AUTHORIZATION are refused meanwhile, as in a SECURITY
// DEFINER function. Restricted: as in the server's own maintenance commands (VACUUM, CREATE INDEX), the code that runs
// cannot leave settings changed either (SECURITY_RESTRICTED_OPERATION). Within a transaction only.
class [[nodiscard]] Identity {
  public:
    enum class Limits : unsigned char { role_stays, restricted };
    Identity(Oid user, Limits limits);
    ~Identity();
    Identity(Identity const &) = delete;
    Identity &operator=(Identity const &) = delete;

  private:
    Oid before_;
    int security_context_;
};

// Switches to the owner of the extension's tables while it lives, with search_path = pg_catalog, pg_temp.
class [[nodiscard]] AsOwner {
  public:
    AsOwner();

  private:
    // In this order: the owner is looked up as the caller, and the search_path is restored after the user.
    Oid const owner_;
    SearchPath const path_;
    Identity const identity_;
};

// Switches to the owner of a relation while it lives, restricted and with the same search_path. For reading a relation
// on behalf of somebody who may read it and has more rights: code of the owner that reading executes (such as the
// expressions of an index) is not trusted.
class [[nodiscard]] AsOwnerOf {
  public:
    explicit AsOwnerOf(Oid relation);

  private:
    Oid const owner_;
    SearchPath const path_;
    Identity const identity_;
};

// Keeps the current user from being changed while it lives.
class [[nodiscard]] RoleFence {
  public:
    RoleFence();

  private:
    Identity const identity_;
};

// OID of the extension's schema. The extension is not relocatable, so the name is fixed. Failure undefined_schema or
// undefined_table if a superuser has renamed the schema or moved a table out of it: see refuse_misplaced().
Oid extension_schema();
std::string current_role(); // name of the current user

} // namespace mig::server
