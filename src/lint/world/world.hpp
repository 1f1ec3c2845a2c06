// The database as it will be when a pending statement runs: the live catalog, and on top of it the effects of the
// pending statements before it. The catalog is read as the extension's owner; names are resolved along the search_path
// that the statement will have.
#pragma once

#include "bridge/postgres.hpp"
#include "lint/world/data_type.hpp"
#include "lint/world/table.hpp"

#include "core/migration/directives.hpp"

#include <memory>
#include <unordered_set>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

class SettingsInForce; // lint/world/settings_in_force.hpp
struct WorldContents;  // lint/world/world_contents.hpp

class World {
  public:
    World();
    ~World();
    // The relation that the name will mean to the statement; its strings must be those of the statement's parse tree.
    // Null: no such relation, or an earlier pending statement drops it.
    Table *find(RangeVar const *name);
    Table *find(std::uint32_t oid);
    Table *find(List const *names);          // a list of String, as DROP and COMMENT have it
    Table *find_table_of(List const *names); // the table of a trigger, rule or policy, whose own name comes last
    // An index and its table; both null: no such index.
    struct FoundIndex {
        Table *table = nullptr;
        TableIndex *index = nullptr;
        explicit operator bool() const { return index != nullptr; }
    };
    FoundIndex find_index(RangeVar const *name);
    FoundIndex find_index(List const *names);
    // The schema that CREATE would put it into: its own, or the first of the search_path that exists; empty: none does.
    std::string schema_for(RangeVar const *name);

    DataType type(TypeName const *name);
    // The most volatile function with this name and number of arguments (-1: any number), pending ones included, as
    // pg_proc.provolatile: 'i', 's' or 'v'. 0: no such function.
    char volatility(List *names, int arguments);
    // Whether a raw expression calls a volatile function; unknown functions do not count.
    bool is_volatile(Node *expression);

    // The schemas of search_path.
    std::vector<std::string> const &search_path() const;
    // The role that calls: lint() reads for it, and nothing that it may not read.
    std::uint32_t caller() const;
    // The role that the statement runs as: the caller, or the one that the body has assumed by SET ROLE and the like. 0:
    // one that does not exist yet.
    std::uint32_t role() const;
    SettingsInForce const &settings() const;

    // At the beginning of a migration, where settings are the caller's again.
    void begin_migration(Directives const &directives);
    // Where a transaction of the migration begins: SET LOCAL ends with the one before.
    void begin_transaction();
    // The rows that a migration has written differ from those that are there now, for the migrations after it.
    void end_migration(std::unordered_set<Table const *> const &written);
    bool was_written(Table const &table) const; // by an earlier migration
    // Adds the effects of a statement, for those after it; after the rules have checked it.
    void apply(Node *statement);

    WorldContents &contents() { return *contents_; }

  private:
    FoundIndex find_index(std::pair<std::string, std::string> const &name); // schema and name

    std::unique_ptr<WorldContents> contents_;
};

} // namespace mig::server::lint
