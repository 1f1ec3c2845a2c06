#include "run/interrupted_ddl.hpp"

#include "server/db/owner.hpp"
#include "server/parse/concurrent_statement.hpp"

#include <algorithm>

extern "C" {
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

using Kind = ConcurrentStatement::Kind;
using Prior = Attempt::Prior;

struct IndexColumn {
    enum : int { quoted, name, valid };
};
// All indexes, but for invalid ones that another session is working on right now. It takes both tests to find those:
// the progress view has one row for each backend, so that it shows only one of the indexes of a REINDEX TABLE, while
// CREATE INDEX CONCURRENTLY locks the table but not the index. REINDEX and DROP INDEX CONCURRENTLY keep a session-level
// ShareUpdateExclusiveLock on the index itself.
#define INDEXES                                                                                                        \
    "SELECT format('%I.%I', n.nspname, c.relname), c.relname::text, i.indisvalid"                                      \
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"           \
    " WHERE NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid"                       \
    " AND p.pid <> pg_backend_pid() AND NOT i.indisvalid)"                                                             \
    " AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid AND l.mode = 'ShareUpdateExclusiveLock'"         \
    " AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"                         \
    " AND l.granted AND l.pid <> pg_backend_pid() AND NOT i.indisvalid)"

Rows indexes_on(Oid table) {
    AsOwner const owner;
    return query(INDEXES " AND i.indrelid = $1::oid AND c.relkind = 'i'", {std::int64_t{table}}, Access::fresh);
}

// CONCURRENTLY, because others use the table meanwhile, as they could while the statement itself ran.
std::string drop_of(std::string_view quoted_name) { return "DROP INDEX CONCURRENTLY " + std::string(quoted_name); }

bool contains(std::vector<std::string> const &names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string name_of(Oid relation) {
    const char *const name = pg::call<get_rel_name>(relation);
    return name ? name : "";
}

// An index whose name the statement does not give is recognized by not having been there before. A valid one counts
// only if it was not there either: one that somebody else made must make the statement fail as it would have.
// DefineIndex() commits the row of pg_index with indisvalid false before it builds anything, and sets it in its last
// transaction. An invalid index of that name is dropped even before a first attempt: it would make the statement fail,
// or, with IF NOT EXISTS, do nothing.
Repair repair_create_index(ConcurrentStatement const &statement, Attempt const &attempt) {
    Repair repair;
    if (!OidIsValid(statement.relation))
        return repair;
    bool const again = attempt.prior != Prior::none, named = !statement.name.empty();
    Rows const rows = indexes_on(statement.relation);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::string const quoted(rows.text(i, IndexColumn::quoted));
        bool const added = again && !contains(attempt.objects_before, rows.text(i, IndexColumn::name));
        if (named ? rows.text(i, IndexColumn::name) != statement.name : !added)
            continue;
        if (!rows.boolean(i, IndexColumn::valid)) {
            repair.statements.push_back(drop_of(quoted));
            repair.notice = "index " + quoted + " was left invalid: it is dropped and built again";
        } else if (added) {
            repair.done = true;
            repair.notice = "index " + quoted + " exists and is valid: it counts as built";
        }
    }
    return repair;
}

// REINDEX CONCURRENTLY builds NAME_ccnew and, having swapped the names, drops NAME_ccold, with a number appended if
// that name exists already. The manual says to drop either if it is left invalid. $1 is extent_of() the command, $2 its
// index or table, $3 its schema.
constexpr const char *reindex_leftovers_sql =
    INDEXES " AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND c.relkind = 'i' AND CASE $1"
            // With the table's TOAST table, whose index is rebuilt too, and its partitions, which are done one by one.
            " WHEN 'table' THEN i.indrelid IN (SELECT oid FROM pg_class WHERE oid = $2::oid UNION"
            " SELECT relid FROM pg_partition_tree($2::oid::regclass) UNION"
            " SELECT t.reltoastrelid FROM pg_class t WHERE t.oid = $2::oid OR t.oid IN"
            " (SELECT relid FROM pg_partition_tree($2::oid::regclass)))"
            " WHEN 'index' THEN i.indrelid IN (SELECT x.indrelid FROM pg_index x WHERE x.indexrelid = $2::oid OR"
            " x.indexrelid IN (SELECT relid FROM pg_partition_tree($2::oid::regclass)))"
            " WHEN 'schema' THEN i.indrelid IN (SELECT t.oid FROM pg_class t WHERE t.relnamespace ="
            " (SELECT s.oid FROM pg_namespace s WHERE s.nspname = $3) UNION SELECT t.reltoastrelid FROM pg_class t"
            " WHERE t.relnamespace = (SELECT s.oid FROM pg_namespace s WHERE s.nspname = $3))"
            " ELSE true END";

// $1 of reindex_leftovers_sql.
const char *extent_of(Kind reindex) {
    switch (reindex) {
    case Kind::reindex_index:
        return "index";
    case Kind::reindex_table:
        return "table";
    case Kind::reindex_schema:
        return "schema";
    default:
        return "database";
    }
}

// The REINDEX itself runs again in any case: nothing tells which indexes it had finished. Dropping leftovers is
// optional: writes maintain them, but no query uses an invalid index. It takes the owner of the table, whereas the
// owner of a schema or database may run REINDEX on it without owning its tables (manual, REINDEX).
Repair repair_reindex(ConcurrentStatement const &statement) {
    Repair repair;
    repair.is_optional = true;
    AsOwner const owner;
    Rows const rows =
        query(reindex_leftovers_sql, {extent_of(statement.kind), std::int64_t{statement.relation}, statement.name},
              Access::fresh);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        repair.statements.push_back(drop_of(rows.text(i, IndexColumn::quoted)));
        repair.notice += (i == 0 ? "left over and dropped: " : ", ") + std::string(rows.text(i, IndexColumn::quoted));
    }
    return repair;
}

struct InheritanceColumn {
    enum : int { detach_pending, partition, parent };
};
// No row: it is not a partition of that table.
Rows inheritance(ConcurrentStatement const &statement) {
    AsOwner const owner;
    return query("SELECT inhdetachpending, inhrelid::regclass::text, inhparent::regclass::text FROM pg_inherits"
                 " WHERE inhparent = $1::oid AND inhrelid = $2::oid",
                 {std::int64_t{statement.relation}, std::int64_t{statement.partition}}, Access::fresh);
}

std::string finalize_of(std::string const &parent, std::string const &partition) {
    return "ALTER TABLE " + parent + " DETACH PARTITION " + partition + " FINALIZE";
}

// DETACH PARTITION CONCURRENTLY sets inhdetachpending and commits, waits for everybody who still sees the partition,
// and deletes the row in a second transaction. In between, FINALIZE does the rest.
Repair repair_detach(ConcurrentStatement const &statement, Attempt const &attempt) {
    Repair repair;
    Rows const rows = inheritance(statement);
    if (rows.size() == 0 && !attempt.objects_before.empty()) {
        repair.done = true;
        repair.notice = attempt.objects_before.front() + " is already detached";
    } else if (rows.size() > 0 && rows.boolean(0, InheritanceColumn::detach_pending)) {
        std::string const partition(rows.text(0, InheritanceColumn::partition)),
            parent(rows.text(0, InheritanceColumn::parent));
        repair.done = true;
        repair.statements.push_back(finalize_of(parent, partition));
        repair.notice = "the pending detach of " + partition + " is finalized";
    }
    return repair;
}

// An index that is left invalid needs no repair: dropping it again works.
Repair repair_drop_index(ConcurrentStatement const &statement, Attempt const &attempt) {
    Repair repair;
    repair.done = !OidIsValid(statement.relation) && !attempt.objects_before.empty();
    if (repair.done)
        repair.notice = "index " + attempt.objects_before.front() + " is already gone";
    return repair;
}

// to_regclass() returns NULL for what is gone, where a cast would raise an error.
Oid relation_named(std::string const &relation) {
    Rows const rows = query("SELECT coalesce(to_regclass($1)::oid::bigint, 0)", {relation}, Access::fresh);
    return static_cast<Oid>(rows.bigint(0, Rows::only_column));
}

void drop_each(Repair &repair, Rows const &rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        repair.statements.push_back(drop_of(rows.text(i, IndexColumn::quoted)));
        repair.notice +=
            (repair.notice.empty() ? "left over and dropped: " : ", ") + std::string(rows.text(i, IndexColumn::quoted));
    }
}

Repair drop_invalid_indexes(ConcurrentStatement const &statement, std::vector<std::string> const &objects_before) {
    Repair repair;
    AsOwner const owner;
    std::vector<Value> const before(objects_before.begin(), objects_before.end());
    drop_each(repair, query(INDEXES " AND NOT i.indisvalid AND i.indrelid = $1::oid AND c.relkind = 'i'"
                                    " AND CASE WHEN $2 = '' THEN c.relname <> ALL (coalesce($3, '{}'))"
                                    " ELSE c.relname = $2 END",
                            {std::int64_t{statement.relation}, statement.name, Value::text_array(before)},
                            Access::fresh));
    return repair;
}

// DROP INDEX CONCURRENTLY marks the index invalid in a transaction of its own before it drops it in another.
// index_drop() keeps session-level locks on table and index all the while.
Repair finish_drop_index(ConcurrentStatement const &statement) {
    Repair repair;
    AsOwner const owner;
    drop_each(repair, query(INDEXES " AND NOT i.indisvalid AND c.oid = $1::oid", {std::int64_t{statement.relation}},
                            Access::fresh));
    return repair;
}

// The server allows one pending detach for each partitioned table. MarkInheritDetached() refuses a second one, so
// whichever is pending is the statement's.
Repair finish_detach(ConcurrentStatement const &statement) {
    struct Column {
        enum : int { partition, parent };
    };
    Repair repair;
    AsOwner const owner;
    Rows const rows = query("SELECT inhrelid::regclass::text, inhparent::regclass::text FROM pg_inherits"
                            " WHERE inhparent = $1::oid AND inhdetachpending",
                            {std::int64_t{statement.relation}}, Access::fresh);
    if (rows.size() > 0) {
        std::string const partition(rows.text(0, Column::partition)), parent(rows.text(0, Column::parent));
        repair.statements.push_back(finalize_of(parent, partition));
        repair.notice = "the pending detach of " + partition + " is finalized";
    }
    return repair;
}

// DATCONNLIMIT_INVALID_DB, -2, marks a database whose DROP was interrupted: it can only be dropped. dropdb() writes it
// in place, before it removes any file: neither a rollback nor a crash takes it back.
Repair finish_drop_database(ConcurrentStatement const &statement) {
    Repair repair;
    AsOwner const owner;
    Rows const rows = query("SELECT quote_ident(datname) FROM pg_database WHERE datname = $1 AND datconnlimit = -2",
                            {statement.name}, Access::fresh);
    if (rows.size() > 0) {
        repair.statements.push_back("DROP DATABASE " + std::string(rows.text(0, Rows::only_column)));
        repair.notice = "database " + std::string(rows.text(0, Rows::only_column)) + " was left invalid: it is dropped";
    }
    return repair;
}

// Databases, tablespaces, subscriptions and their publications: a query that says whether one exists, and whether the
// statement creates or drops it. Of these, nothing is half done in the catalogs: the row is there, or gone, once the
// command has committed, whatever becomes of its files.
struct Existence {
    const char *sql = nullptr;
    bool creates = false;
};

Existence existence_of(Kind kind) {
    switch (kind) {
    case Kind::create_database:
    case Kind::drop_database:
        return {"SELECT EXISTS (SELECT FROM pg_database WHERE datname::text = $1)", kind == Kind::create_database};
    case Kind::create_tablespace:
    case Kind::drop_tablespace:
        return {"SELECT EXISTS (SELECT FROM pg_tablespace WHERE spcname::text = $1)", kind == Kind::create_tablespace};
    case Kind::create_subscription:
    case Kind::drop_subscription: // names are unique within a database only
        return {"SELECT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                " WHERE s.subname::text = $1 AND d.datname = current_database())",
                kind == Kind::create_subscription};
    case Kind::add_publication: // the first stands for all: the statement adds or drops all that it names, or none
    case Kind::drop_publication:
        return {"SELECT EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
                " WHERE s.subname::text = $1 AND d.datname = current_database() AND $2 = ANY (s.subpublications))",
                kind == Kind::add_publication};
    default:
        return {};
    }
}

bool exists(Existence const &existence, ConcurrentStatement const &statement) {
    AsOwner const owner;
    if (!statement.publication.empty())
        return query(existence.sql, {statement.name, statement.publication}, Access::fresh).boolean(0, 0);
    return query(existence.sql, {statement.name}, Access::fresh).boolean(0, 0);
}

std::string const &object_name(ConcurrentStatement const &statement) {
    return statement.publication.empty() ? statement.name : statement.publication;
}

// Whether a statement whose end was not recorded has had its effect. If the object was there before a CREATE, or
// missing before a DROP, that is not the statement's effect: it runs, and fails as it should.
Repair repair_by_existence(ConcurrentStatement const &statement, Attempt const &attempt) {
    Repair repair;
    Existence const existence = existence_of(statement.kind);
    if (!existence.sql || attempt.objects_before.empty() != existence.creates)
        return repair;
    repair.done = exists(existence, statement) == existence.creates;
    if (repair.done)
        repair.notice = object_name(statement) + (existence.creates ? " already exists" : " is already gone");
    return repair;
}

} // namespace

bool leaves_traces(Statement const &statement) {
    return statement.kind == Statement::Kind::not_in_transaction || statement.catalog_decides;
}

Repair repair_of(const char *sql, Attempt const &attempt) {
    ConcurrentStatement const statement = read_concurrent_statement(sql);
    if (statement.kind == Kind::create_index)
        return repair_create_index(statement, attempt);
    if (attempt.prior == Prior::none)
        return {};
    switch (statement.kind) {
    case Kind::drop_index:
        return repair_drop_index(statement, attempt);
    case Kind::reindex_index:
    case Kind::reindex_table:
    case Kind::reindex_schema:
    case Kind::reindex_database:
        return repair_reindex(statement);
    case Kind::detach_partition:
        return repair_detach(statement, attempt);
    default:
        return attempt.prior == Prior::cut_off ? repair_by_existence(statement, attempt) : Repair{};
    }
}

std::string relation_of(const char *sql) {
    ConcurrentStatement const statement = read_concurrent_statement(sql);
    if (!OidIsValid(statement.relation))
        return {};
    AsOwner const owner;
    Rows const rows = query("SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c"
                            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
                            {std::int64_t{statement.relation}}, Access::fresh);
    return rows.size() > 0 ? std::string(rows.text(0, Rows::only_column)) : std::string();
}

Repair leftovers_of(const char *sql, std::string const &relation, std::vector<std::string> const &objects_before) {
    ConcurrentStatement statement = read_concurrent_statement(sql);
    if (!relation.empty())
        statement.relation = relation_named(relation);
    switch (statement.kind) {
    case Kind::create_index:
        return drop_invalid_indexes(statement, objects_before);
    case Kind::drop_index:
        return finish_drop_index(statement);
    case Kind::reindex_index:
    case Kind::reindex_table:
    case Kind::reindex_schema:
    case Kind::reindex_database:
        return repair_reindex(statement);
    case Kind::detach_partition:
        return finish_detach(statement);
    case Kind::drop_database:
        return finish_drop_database(statement);
    default:
        return {};
    }
}

std::vector<std::string> objects_of(const char *sql) {
    ConcurrentStatement const statement = read_concurrent_statement(sql);
    std::vector<std::string> names;
    auto const add_each = [&](Rows const &rows, int column) {
        for (std::size_t i = 0; i < rows.size(); ++i)
            names.emplace_back(rows.text(i, column));
    };
    if (statement.kind == Kind::create_index && OidIsValid(statement.relation))
        add_each(indexes_on(statement.relation), IndexColumn::name);
    else if (statement.kind == Kind::detach_partition)
        add_each(inheritance(statement), InheritanceColumn::partition);
    else if (statement.kind == Kind::drop_index && OidIsValid(statement.relation))
        names.push_back(name_of(statement.relation));
    else if (Existence const existence = existence_of(statement.kind); existence.sql && exists(existence, statement))
        names.push_back(object_name(statement));
    return names;
}

} // namespace mig::server
