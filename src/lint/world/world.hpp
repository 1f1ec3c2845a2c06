// What the database will be when a pending statement runs: the live catalog, and on top of it what the pending
// statements before it will have done. Reads as the owner, by names as the caller's search_path resolves them.
#pragma once

#include "bridge/postgres.hpp"
#include "lint/world/data_type.hpp"
#include "lint/world/table.hpp"

#include <memory>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

struct WorldContents; // lint/world/world_contents.hpp

class World {
  public:
    World();
    ~World();
    // As the statement would resolve it: its strings are those of the statement's tree. Null: there is none, or it is
    // dropped by then.
    Table *find(RangeVar const *name);
    Table *find(std::uint32_t oid);
    Table *find(List const *names);          // of a DROP, a COMMENT: a list of String
    Table *find_table_of(List const *names); // of a trigger, a rule, a policy: the last of the names is its own
    // The table that an index belongs to, and the index. Null: no such index.
    struct OfIndex {
        Table *table = nullptr;
        TableIndex *index = nullptr;
        explicit operator bool() const { return index != nullptr; }
    };
    OfIndex find_index(RangeVar const *name);
    OfIndex find_index(List const *names);
    // Where CREATE would put it: its schema, or the first of the search_path; nothing when that is unknown.
    std::string schema_for(RangeVar const *name);

    DataType type(TypeName const *name);
    // 'i', 's' or 'v': the most volatile function of that name that takes so many arguments (-1: any), pending ones
    // included. 0: there is none.
    char volatility(List *names, int arguments);
    // Whether anything below the raw expression calls a volatile function; unknown functions do not count.
    bool is_volatile(Node *expression);

    // Where unqualified names are looked for: schemas, first to last.
    std::vector<std::string> const &search_path() const;
    // The role and the settings that the bodies will run with.
    std::uint32_t caller() const;

    // A migration begins: its search_path is the caller's again.
    void begin_migration();
    // What the statement will have done, for those behind it. After the rules have seen it.
    void apply(Node *statement);

    WorldContents &contents() { return *contents_; }

  private:
    OfIndex find_index(std::pair<std::string, std::string> const &place); // schema and name

    std::unique_ptr<WorldContents> contents_;
};

} // namespace mig::server::lint
