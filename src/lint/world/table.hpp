// A table as lint() sees it; likewise the other relations that ALTER TABLE accepts: views, materialized views,
// sequences and foreign tables. "New" is whatever an earlier pending statement creates or adds.
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
    std::uint32_t type = 0; // 0: unknown, as the type is new
    std::int32_t typmod = -1;
    std::uint32_t collation = 0;
    std::int32_t number = 0; // attnum; 0: new
    bool not_null = false, has_default = false, generated = false, identity = false;
    bool is_new = false;
    bool default_is_new = false; // an earlier pending statement sets or drops its default
    std::string type_name;       // character varying(20)
};

struct TableConstraint {
    std::string name;
    char type = 0; // pg_constraint.contype
    bool validated = true, deferrable = false;
    bool is_new = false;
    bool newly_validated = false; // by an earlier pending statement
    std::vector<std::string> columns;
    std::vector<std::string> proves_not_null; // columns that are not null in every row that passes a CHECK
    std::uint32_t referenced = 0;             // OID of the table that a foreign key refers to; 0: new
    std::string expression;                   // of a CHECK: its pg_node_tree; empty: new
};

struct Table;

// A check that can be deferred to the commit: of a constraint, or a constraint trigger. A foreign key has one on either
// table.
struct DeferrableCheck {
    std::string schema, name;
    bool initially_deferred = false;
    std::int32_t events = 0;          // bits of pg_trigger.tgtype
    std::vector<std::string> columns; // only an UPDATE of these triggers it; empty: any UPDATE does
    bool unique = false;
    bool conditional = false; // queued for some rows only: a trigger's WHEN, a possible duplicate of a unique key
    // On the referenced table of a foreign key: the referencing one, by OID if the catalog has the key, by pointer if a
    // pending statement adds or alters it.
    std::uint32_t referencing_oid = 0;
    Table *referencing = nullptr;
};

struct TableIndex {
    std::uint32_t oid = 0; // 0: new
    std::string name;
    bool valid = true, unique = false, primary = false, partial = false, of_expressions = false;
    bool of_constraint = false, is_new = false;
    std::vector<std::string> columns; // of the key, without expressions and INCLUDE
    std::int64_t scans = 0;           // since the statistics were reset
};

struct Table {
    std::uint32_t oid = 0; // 0: new
    std::string schema, name;
    char kind = 'r';        // pg_class.relkind
    double rows = 0;        // estimated from the size if it was never analyzed
    std::int64_t bytes = 0; // with indexes, TOAST and all partitions
    bool is_new = false;    // created, or filled for the first time, by an earlier pending statement
    bool dropped = false;   // by an earlier pending statement
    bool temporary = false, unlogged = false;
    bool is_partition = false, published = false, row_security = false, force_row_security = false;
    bool has_triggers = false, triggers_disabled = false, has_rules = false;
    std::int32_t before_row_events = 0; // that a BEFORE ROW trigger may suppress: bits of pg_trigger.tgtype
    std::vector<DeferrableCheck> deferrable;
    char replica_identity = 'd'; // pg_class.relreplident
    std::uint32_t owner = 0, default_partition = 0;
    std::int32_t partitions = 0; // leaf tables below it, at any depth
    NamedList<Column> columns;
    NamedList<TableConstraint> constraints;
    NamedList<TableIndex> indexes;
    std::unordered_set<std::string> dropped_parts; // by earlier pending statements: `trigger t`, `policy p`

    bool is_table() const { return kind == 'r' || kind == 'p'; }
    // So small that nobody notices a scan, a rewrite or an index build.
    bool small() const;
    // So large that such work stops an application for minutes.
    bool large() const;
    // Of a finding about work that grows with the table: info, warning or error.
    Severity severity() const;
    Column *column(std::string_view name);
    TableConstraint *constraint(std::string_view name);
    TableIndex *index(std::string_view name);
    TableConstraint const *proof_of_not_null(std::string_view column) const; // validated
    std::string qualified() const;                                           // public.orders, quoted where necessary
    std::string label() const;                                               // public.orders (1.2 million rows, 310 MB)
};

std::string counted(double count, const char *thing); // 1 row, 45,000 rows, 1.2 million rows

} // namespace mig::server::lint
