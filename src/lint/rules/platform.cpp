// Rules: what this server has installed, and what the role that applies may do.
//
// The role is World::role(), not the owner of the extension, as whom lint() reads: the server will check its privileges
// when the statement runs. Extensions are known by their control files, which pg_available_extensions and
// pg_available_extension_versions read from this server's directories.
#include "core/text/text.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

extern "C" {
#include "catalog/pg_authid.h"
}

namespace mig::server::lint {

namespace {

// superuser_arg() rather than superuser(): that would ask about the current user, who is the owner of the extension.
bool is_superuser(World const &world) {
    Oid const role = world.role();
    if (!OidIsValid(role))
        return true; // a role that does not exist yet: what it may do is not known
    return pg::guarded([=] { return superuser_arg(role); });
}

struct Extension {
    bool installed = false, available = false, trusted = false, version_known = false;
    std::string version; // the default version
};

// What the statement will find; nothing where the extension is installed, so that the statement creates none.
std::optional<Extension> extension(Subject const &subject, CreateExtensionStmt const &statement) {
    DefElem const *const version = option_named(statement.options, "new_version");
    const char *const wanted = version && version->arg && IsA(version->arg, String) ? strVal(version->arg) : "";
    // Always one row: for an extension that this server does not have it is NULL and false. $2 is the version that the
    // statement wants, empty for the default.
    static KeptQuery extension_query(
        "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = $1), a.name IS NOT NULL,"
        " a.default_version, v.trusted, EXISTS (SELECT 1 FROM pg_available_extension_versions w"
        "  WHERE w.name = $1 AND w.version = coalesce(nullif($2, ''), a.default_version))"
        " FROM (VALUES ($1)) AS n(name) LEFT JOIN pg_available_extensions a ON a.name = n.name::name"
        " LEFT JOIN pg_available_extension_versions v ON v.name = a.name"
        "  AND v.version = coalesce(nullif($2, ''), a.default_version)");
    struct ExtensionColumn {
        enum : int { installed, available, version, trusted, version_known };
    };
    Rows const rows = extension_query({statement.extname, wanted});
    (void) subject;
    Extension found;
    found.installed = rows.boolean(0, ExtensionColumn::installed);
    found.available = rows.boolean(0, ExtensionColumn::available);
    found.version = rows.text(0, ExtensionColumn::version);
    found.trusted = rows.boolean(0, ExtensionColumn::trusted);
    found.version_known = rows.boolean(0, ExtensionColumn::version_known);
    // Installed, in whatever version: IF NOT EXISTS does nothing, and without it the statement fails by itself.
    return found.installed ? std::nullopt : std::optional(found);
}

} // namespace

// A trusted extension (since 13) can be created by whoever may CREATE in the database, any other only by a superuser.
void extension_unavailable(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateExtensionStmt, subject.node);
    std::optional<Extension> const found = statement ? extension(subject, *statement) : std::nullopt;
    if (!found)
        return;
    std::string const name = quoted(statement->extname);
    if (!found->available)
        report.add(Severity::error, "CREATE EXTENSION fails: this server has no files for " + name,
                   "Install its package on the server and on every standby, or on this platform choose one of "
                   "pg_available_extensions.");
    else if (!found->version_known)
        report.add(Severity::error, "CREATE EXTENSION fails: this server does not have that version of " + name,
                   "Its default is " + found->version + "; see pg_available_extension_versions.");
    else if (!found->trusted && !is_superuser(subject.world))
        report.add(Severity::error,
                   "CREATE EXTENSION fails: " + name + " is not trusted, and the role that applies is not a superuser",
                   "Let a superuser create it beforehand, and write CREATE EXTENSION IF NOT EXISTS " + name + ".");
}

// Without VERSION the server creates default_version of its control file, which differs from one package to the next.
void extension_without_version(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateExtensionStmt, subject.node);
    if (!statement || option_named(statement->options, "new_version"))
        return;
    std::optional<Extension> const found = extension(subject, *statement);
    if (found && found->available)
        report.add(Severity::info,
                   "which version of " + quoted(statement->extname) + " is created depends on the server: here " +
                       found->version,
                   "CREATE EXTENSION " + quoted(statement->extname) + " VERSION " + sql_literal(found->version) + ".");
}

// Commands for which the manual demands a superuser, whatever the role owns. (COPY with a PROGRAM accepts members of
// pg_execute_server_program as well, which this rule does not look at.)
void needs_superuser(Subject const &subject, Report &report) {
    const char *what = nullptr, *instead = "Let a superuser do it, outside the migrations.";
    if (auto const *copy = MIG_AS(CopyStmt, subject.node)) {
        if (copy->is_program)
            what = "COPY with a PROGRAM";
        instead = "Put the rows into the migration: COPY ... FROM stdin.";
    } else if (MIG_AS(CreateEventTrigStmt, subject.node)) {
        what = "CREATE EVENT TRIGGER";
    } else if (MIG_AS(CreateFdwStmt, subject.node)) {
        what = "CREATE FOREIGN DATA WRAPPER";
    } else if (auto const *role = MIG_AS(AlterRoleStmt, subject.node)) {
        DefElem const *const super = option_named(role->options, "superuser");
        // NOSUPERUSER too: AlterRole() wants a superuser for any change of the attribute, CreateRole() only for setting
        // it.
        if (super)
            what = "ALTER ROLE ... SUPERUSER";
    } else if (auto const *created = MIG_AS(CreateRoleStmt, subject.node)) {
        DefElem const *const super = option_named(created->options, "superuser");
        if (super && is_on(*super))
            what = "CREATE ROLE ... SUPERUSER";
    } else if (auto const *function = MIG_AS(CreateFunctionStmt, subject.node)) {
        DefElem const *const language = option_named(function->options, "language");
        if (language &&
            (std::strcmp(strVal(language->arg), "c") == 0 || std::strcmp(strVal(language->arg), "internal") == 0))
            what = "CREATE FUNCTION ... LANGUAGE c";
    } else if (auto const *publication = MIG_AS(CreatePublicationStmt, subject.node)) {
        if (publication->for_all_tables)
            what = "CREATE PUBLICATION ... FOR ALL TABLES";
    }
    if (what && !is_superuser(subject.world))
        report.add(Severity::error, std::string(what) + " fails: the role that applies is not a superuser", instead);
}

namespace {

// Whether a table that belongs to the extension has such a row. That it does belong to it is checked in pg_depend
// (deptype 'e'): a table of that name that somebody else has created proves nothing, and is not read. The table's owner
// reads it, who need not be a superuser, and only if the caller may read it too.
bool has_row(World const &world, const char *extension, const char *table, const char *condition,
             std::initializer_list<Value> parameters) {
    static KeptQuery catalog_of_extension(
        "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname) FROM pg_extension e"
        " JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid"
        "  AND d.deptype = 'e' AND d.classid = 'pg_class'::regclass"
        " JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid ="
        " c.relnamespace WHERE e.extname = $1 AND c.relname = $2"
        " AND has_table_privilege($3::oid, c.oid, 'SELECT')"
        " AND has_schema_privilege($3::oid, n.oid, 'USAGE')");
    Rows const rows = catalog_of_extension({extension, table, static_cast<std::int64_t>(world.caller())});
    if (rows.size() == 0)
        return false;
    AsOwnerOf const owner(static_cast<Oid>(rows.bigint(0, 0)));
    // Not a kept query, because the extension chooses the schema; format('%I.%I') has quoted the name.
    std::string const sql = "SELECT 1 FROM " + std::string(rows.text(0, 1)) + " WHERE " + condition;
    return query(sql.c_str(), parameters).size() > 0;
}

Table const *target_of(Subject const &subject) {
    if (auto const *alter = MIG_AS(AlterTableStmt, subject.node))
        return subject.world.find(alter->relation);
    if (auto const *index = MIG_AS(IndexStmt, subject.node))
        return index->relation ? subject.world.find(index->relation) : nullptr;
    return nullptr;
}

} // namespace

// Each of these extensions keeps a list of the tables that it manages. A database without them costs one query.
void managed_table(Subject const &subject, Report &report) {
    Table const *const relation = target_of(subject);
    static KeptQuery managing_extension(
        "SELECT 1 FROM pg_extension WHERE extname IN ('timescaledb', 'citus', 'pg_partman')");
    if (!relation || relation->is_new || relation->oid == 0 || managing_extension({}).size() == 0)
        return;
    if (has_row(subject.world, "timescaledb", "hypertable", "schema_name = $1 AND table_name = $2",
                {relation->schema, relation->name}))
        report.add(Severity::info,
                   relation->qualified() + " is a hypertable of TimescaleDB: the statement locks and changes every "
                                           "chunk, and compressed ones allow few changes",
                   "Rehearse it on a copy with as many chunks; CREATE INDEX has WITH "
                   "(timescaledb.transaction_per_chunk) instead of CONCURRENTLY.");
    if (has_row(subject.world, "citus", "pg_dist_partition", "logicalrelid = $1::oid",
                {static_cast<std::int64_t>(relation->oid)}))
        report.add(Severity::info,
                   relation->qualified() + " is a table of Citus: the statement runs on every shard, and its locks are "
                                           "held on every node until it commits",
                   "Keep it in a transaction of its own (CALL migrator.apply_each()).");
    if (has_row(subject.world, "pg_partman", "part_config", "parent_table = $1 || '.' || $2",
                {relation->schema, relation->name}))
        report.add(Severity::info,
                   relation->qualified() + " is partitioned by pg_partman: what partitions do not inherit comes from "
                                           "its template table",
                   "Change the template table of part_config too.");
}

} // namespace mig::server::lint
