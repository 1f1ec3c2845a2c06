// What the database will be when a pending statement runs: the live catalog, and on top of it what the pending
// statements before it will have done.
#pragma once

#include "server/query.hpp"
#include "server/steps.hpp"

#include <map>
#include <memory>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

struct Column {
    std::string name;
    std::uint32_t type = 0; // 0: not known, it is new
    std::int32_t typmod = -1;
    bool not_null = false, has_default = false, generated = false, identity = false;
};

struct Constraint {
    std::string name;
    char type = 0; // as pg_constraint.contype
    bool validated = true;
    std::vector<std::string> columns;
    std::string not_null_of;      // the column of a CHECK (column IS NOT NULL), or nothing
    std::uint32_t referenced = 0; // table of a foreign key
};

struct Index {
    std::string name;
    bool valid = true, unique = false, primary = false, partial = false, of_expressions = false;
    std::vector<std::string> columns;
    std::int64_t scans = 0; // since the statistics were reset
};

struct Relation {
    std::uint32_t oid = 0; // 0: an earlier pending statement makes it
    std::string schema, name;
    char kind = 'r';        // as pg_class.relkind
    double rows = 0;        // estimated from the size when the statistics do not tell
    std::int64_t bytes = 0; // of its storage, indexes and TOAST included; of all partitions
    bool is_new = false;    // made, or filled for the first time, by a pending statement
    bool is_partition = false, has_default_partition = false, published = false, row_security = false;
    std::int32_t partitions = 0;
    std::vector<Column> columns;
    std::vector<Constraint> constraints;
    std::vector<Index> indexes;

    // Too small for a scan, a rewrite or an index build of it to be felt.
    bool small() const;
    Column *column(std::string_view name);
    Constraint *constraint(std::string_view name);
    Index *index(std::string_view name);
    std::string label() const; // public.orders (1.2 million rows, 310 MB)
};

class World {
  public:
    World();
    ~World();
    // As the statement would resolve it. Null: there is none.
    Relation *find(RangeVar const *name);
    Relation *find(std::uint32_t oid);
    // The table that an index belongs to. Null: no such index.
    Relation *table_of_index(RangeVar const *name);
    // What the statement will have done, for those behind it. After the rules have seen it.
    void apply(Node const *statement);

  private:
    struct Contents;
    std::unique_ptr<Contents> contents_;
};

// What the statements of one migration before this one did, for rules about their order.
struct Migrated {
    struct Held {
        Relation *relation;
        std::string what; // ALTER TABLE
        bool exclusive;   // AccessExclusive: reads wait too
    };
    std::vector<Held> strong_locks;     // on relations that are not new, kept until the migration's end
    std::vector<std::string> not_valid; // schema.table.constraint added NOT VALID
};

} // namespace mig::server::lint
