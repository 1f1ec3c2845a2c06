// Who acts: bookkeeping is the extension owner's, bodies are the caller's (promise 9 of the design).
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

// While it lives, search_path is this one.
class [[nodiscard]] SearchPath {
  public:
    explicit SearchPath(const char *path);
    ~SearchPath();
    SearchPath(SearchPath const &) = delete;
    SearchPath &operator=(SearchPath const &) = delete;

  private:
    int guc_level_;
};

// While it lives, the current user is this one, and SET ROLE and SET SESSION AUTHORIZATION are refused, as in a
// SECURITY DEFINER function. Restricted: as for the server's own maintenance (VACUUM, CREATE INDEX), what is executed
// can leave no setting behind either. Within a transaction only.
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

// While it lives, the current user is the owner of the extension's tables, and search_path = pg_catalog, pg_temp.
class [[nodiscard]] AsOwner {
  public:
    AsOwner();

  private:
    Oid const owner_;
    SearchPath const path_;
    Identity const identity_;
};

// While it lives, the current user is the owner of a relation, restricted, with that same search_path: what is executed
// of the owner's (expressions of an index, ...) is not trusted. For reading a relation on behalf of somebody who may,
// and has more rights.
class [[nodiscard]] AsOwnerOf {
  public:
    explicit AsOwnerOf(Oid relation);

  private:
    Oid const owner_;
    SearchPath const path_;
    Identity const identity_;
};

// While it lives, the current user stays who it is.
class [[nodiscard]] RoleFence {
  public:
    RoleFence();

  private:
    Identity const identity_;
};

// OID of the schema; the extension is not relocatable, so its name is fixed. Failure 3F000 or
// undefined_table when a superuser has renamed it, or moved a table out of it.
Oid schema();
std::string current_role(); // name of the current user

} // namespace mig::server
