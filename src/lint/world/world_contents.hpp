// What World is made of: shared by the files that fill it.
#pragma once

#include "lint/world/data_type.hpp"
#include "lint/world/lock_user.hpp"
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

// The role and search_path that bodies run with, for as long as a name is resolved or a cast is planned. Nothing in it
// executes what the caller wrote.
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

// A relation as the live catalog has it. Null: dropped meanwhile.
std::unique_ptr<Table> load_relation(Oid oid);

struct WorldContents {
    using Name = std::pair<std::string, std::string>; // schema, name

    WorldContents();

    std::vector<std::unique_ptr<Table>> relations; // never removed: others point to them
    std::map<Oid, Table *> by_oid;
    std::map<Name, Table *> by_name; // null: there is none, or no more
    struct IndexPlace {
        Table *table;
        std::string name;
    };
    std::map<Name, IndexPlace> new_indexes; // or renamed; without table: dropped
    struct Function {
        Name name;
        int arguments;
        char volatility;
    };
    std::unordered_map<std::string, std::vector<Function>> functions; // of pending statements, by name without schema
    std::map<Name, char> types; // of pending statements: pg_type.typtype, by name and then schema
    static Name by_type_name(Name const &name) { return {name.second, name.first}; }
    // A type of that name, in that schema if it has one; null: no pending statement makes one.
    char const *type_made(Name const &name) const;
    std::unordered_set<std::string> new_schemas;

    std::optional<std::map<Oid, std::vector<LockUser>>> lock_users; // once somebody asked

    std::optional<std::string> wal_note; // likewise
    std::optional<bool> lists_tables;    // likewise: some publication does

    Oid caller = InvalidOid;
    int caller_security_context = 0;
    std::vector<std::string> callers_path, path; // schemas, "$user" filled in
    // In the order in which an unqualified name is looked up: those that the path does not name stand before it.
    std::vector<std::string> lookup_order;
    void use_path(std::vector<std::string> schemas);

    // What names mean, since the path is this one. A rule after the other asks for the same ones.
    std::unordered_map<std::string, DataType> plain_types; // without modifier
    // The last that was looked for, by where its parts stand in the tree of the statement; forgotten with that.
    struct LastFound {
        char const *schema, *name;
        Table *relation;
    };
    std::optional<LastFound> last_found;
    Table *find(Name const &name);    // in that schema
    Table *resolve(Name const &name); // without one, by the path
    DataType resolve(TypeName const *name) const;
    Table *add(std::unique_ptr<Table> relation);
    std::vector<std::string> schemas_of(const char *search_path) const;
    void set_path_of(List const *arguments);
    bool is_domain(TypeName const *name) const; // of a pending statement
    std::string path_setting() const;           // as the setting search_path has it
    bool schema_exists(std::string const &name) const;
};

// schema (empty when it is not named) and name.
WorldContents::Name split(List const *names);
WorldContents::Name split(RangeVar const *name);

// Runs the body, which calls the server; false when that raised an ERROR, which is rolled back and forgotten.
template <class Body>
bool attempt(Body &&body) {
    return run_or_undo(body, throw_refusal_on);
}

} // namespace mig::server::lint
