// The contents of World, shared by the files that fill it.
#pragma once

#include "lint/world/data_type.hpp"
#include "lint/world/lock_holder.hpp"
#include "lint/world/settings_in_force.hpp"
#include "lint/world/table.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/subtransaction.hpp"

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

struct WorldContents;

// While it lives, search_path is the one that the body will run with, as are the time zone and the like, and the role is
// the caller, also where the body assumes another one, or stays the owner.
// For resolving names and planning casts only: nothing that the caller wrote is executed meanwhile.
class AsBody {
  public:
    enum class Role : unsigned char { owner, caller };
    AsBody(WorldContents const &contents, Role role);
    ~AsBody();
    AsBody(AsBody const &) = delete;
    AsBody &operator=(AsBody const &) = delete;

  private:
    Oid user_;
    int security_context_;
    SearchPath path_;
};

// A relation as the live catalog has it; null if it has been dropped meanwhile.
std::unique_ptr<Table> load_relation(Oid oid);

struct WorldContents {
    using Name = std::pair<std::string, std::string>; // schema, name

    WorldContents();

    std::vector<std::unique_ptr<Table>> relations; // never removed: others point to them
    std::map<Oid, Table *> by_oid;
    std::map<Name, Table *> by_name; // null: no such relation, or dropped or renamed by a pending statement
    struct IndexPlace {
        Table *table;
        std::string name;
    };
    std::map<Name, IndexPlace> new_indexes; // and renamed ones; those without a table are dropped
    struct Function {
        Name name;
        int arguments;
        char volatility;
    };
    std::unordered_map<std::string, std::vector<Function>> functions; // of pending statements, by name without schema
    std::map<Name, char> types; // created by pending statements: pg_type.typtype, by name and then schema
    static Name type_key(Name const &name) { return {name.second, name.first}; }
    // The typtype of a type that a pending statement creates, in any schema if `name` has none; null: no such type.
    char const *pending_type(Name const &name) const;
    std::unordered_set<std::string> new_schemas;
    std::unordered_set<Table const *> written; // by migrations that are over

    std::optional<std::map<Oid, std::vector<LockHolder>>> lock_holders; // by relation; read when first needed

    std::optional<std::string> wal_note; // likewise
    std::optional<bool> lists_tables;    // likewise: some publication names its tables
    std::unordered_map<Oid, bool> plannable,
        with_statistics; // likewise: of tables, see is_plannable() and has_statistics()

    SettingsInForce settings;
    Oid caller = InvalidOid;
    int caller_security_context = 0;
    std::vector<std::string> path; // schemas, with "$user" replaced by the role's name
    // The order in which unqualified names are looked up: `path`, after pg_temp and pg_catalog where it lacks them.
    std::vector<std::string> lookup_order;
    void use_path(std::vector<std::string> schemas);
    void follow_settings(); // search_path, and the role that "$user" is

    // What names mean as long as `path` stays the same: one rule after another asks for the same names.
    std::unordered_map<std::string, DataType> plain_types; // without modifier
    // The last relation that was looked up. The key is the address of the strings in the statement's parse tree, so it
    // is forgotten with the statement.
    struct LastFound {
        char const *schema, *name;
        Table *relation;
    };
    std::optional<LastFound> last_found;
    Table *find(Name const &name);    // in the schema of `name`
    Table *resolve(Name const &name); // the same, or without a schema along lookup_order
    DataType resolve(TypeName const *name) const;
    Table *add(std::unique_ptr<Table> relation);
    std::vector<std::string> schemas_of(const char *search_path) const;
    bool is_domain(TypeName const *name) const; // created by a pending statement
    std::string path_setting() const;           // `path` as a value of search_path
    bool schema_exists(std::string const &name) const;
};

// Schema (empty if not given) and name.
WorldContents::Name split(List const *names);
WorldContents::Name split(RangeVar const *name);

// Runs `body` in a subtransaction. False: the server raised an ERROR in it, which is rolled back and forgotten.
template <class Body>
bool attempt(Body &&body) {
    return run_or_undo(body, rethrow_failure);
}

} // namespace mig::server::lint
