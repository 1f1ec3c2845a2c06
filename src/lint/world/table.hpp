// A table as lint() knows it, and what else ALTER TABLE goes for: view, materialized view, sequence, foreign table.
#pragma once

#include "core/base/finding.hpp"
#include "lint/world/named_list.hpp"
#include "server/db/quoting.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mig::server::lint {

struct Column {
    std::string name;
    std::uint32_t type = 0; // 0: not known, it is new
    std::int32_t typmod = -1;
    std::uint32_t collation = 0;
    std::int32_t number = 0; // attnum; 0: new
    bool not_null = false, has_default = false, generated = false, identity = false;
    bool is_new = false;         // an earlier pending statement adds it,
    bool default_is_new = false; // or sets or drops its default
    std::string type_name;       // character varying(20)
};

struct TableConstraint {
    std::string name;
    char type = 0; // as pg_constraint.contype
    bool validated = true, deferrable = false;
    bool is_new = false;         // an earlier pending statement adds it
    bool validated_anew = false; // one of them validates it
    std::vector<std::string> columns;
    std::vector<std::string> proves_not_null; // columns that a CHECK says to be NOT NULL
    std::uint32_t referenced = 0;             // table of a foreign key; 0: new
    std::string expression;                   // of a CHECK: as pg_node_tree; empty: new
};

struct Table;

// What can wait for the commit: a constraint or a constraint trigger, as a table of either side of it has it.
struct DeferrableCheck {
    std::string schema, name;
    bool initially_deferred = false;
    std::int32_t events = 0;          // as pg_trigger.tgtype
    std::vector<std::string> columns; // an UPDATE of others is none of its; empty: every one is
    bool unique = false;
    bool conditional = false; // waits for some rows only: a WHEN, a unique key
    std::uint32_t by_oid = 0; // of the referenced table: which one refers to it, or if that is new:
    Table *by = nullptr;
};

struct TableIndex {
    std::uint32_t oid = 0; // 0: new
    std::string name;
    bool valid = true, unique = false, primary = false, partial = false, of_expressions = false;
    bool of_constraint = false, is_new = false;
    std::vector<std::string> columns; // of the key; expressions left out
    std::int64_t scans = 0;           // since the statistics were reset
};

struct Table {
    std::uint32_t oid = 0; // 0: an earlier pending statement makes it
    std::string schema, name;
    char kind = 'r';        // as pg_class.relkind
    double rows = 0;        // estimated from the size when the statistics do not tell
    std::int64_t bytes = 0; // of its storage, indexes and TOAST included; of all partitions
    bool is_new = false;    // made, or filled for the first time, by a pending statement
    bool dropped = false;   // by a pending statement
    bool temporary = false, unlogged = false;
    bool is_partition = false, published = false, row_security = false, force_row_security = false;
    bool has_triggers = false, triggers_disabled = false, has_rules = false;
    std::int32_t before_row_events = 0; // that a trigger can keep away: as pg_trigger.tgtype
    std::vector<DeferrableCheck> deferrable;
    char replica_identity = 'd';
    std::uint32_t owner = 0, default_partition = 0;
    std::int32_t partitions = 0; // below it, at any depth
    NamedList<Column> columns;
    NamedList<TableConstraint> constraints;
    NamedList<TableIndex> indexes;
    std::unordered_set<std::string> dropped_parts; // by pending statements: `trigger t`, `policy p`

    bool is_table() const { return kind == 'r' || kind == 'p'; }
    // Too small for a scan, a rewrite or an index build of it to be felt.
    bool small() const;
    // Large enough to stop an application for minutes.
    bool large() const;
    // Of work that grows with the table: info, warning or error.
    Severity severity() const;
    Column *column(std::string_view name);
    TableConstraint *constraint(std::string_view name);
    TableIndex *index(std::string_view name);
    TableConstraint const *proof_of_not_null(std::string_view column) const; // validated
    std::string qualified() const;                                           // public.orders, quoted where SQL wants it
    std::string label() const;                                               // public.orders (1.2 million rows, 310 MB)
};

std::string counted(double count, const char *thing); // 1 row, 45,000 rows, 1.2 million rows

} // namespace mig::server::lint
