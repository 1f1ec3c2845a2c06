// Rules: tables that are published.
//
// Logical replication carries rows, whose columns it matches by name, and no DDL. A published UPDATE or DELETE has to
// say which row it means: by the replica identity, by default the primary key. CheckCmdReplicaIdentity() refuses both
// commands where there is none; INSERT needs none.
#include "lint/rules/rules.hpp"

#include "lint/read/replica_identity.hpp"
#include "lint/read/wording.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server::lint {

namespace {

void report_lost_identity(Report &report, Table const &relation, std::string const &by) {
    report.add(Severity::error,
               "UPDATE and DELETE of " + relation.label() + " fail from now on: " + by +
                   " leaves subscribers of publication " + listed(publications(relation, Publishes::changes)) +
                   " nothing to identify a row by",
               "Name another unique index of NOT NULL columns first: ALTER TABLE " + relation.qualified() +
                   " REPLICA IDENTITY USING INDEX ...");
}

bool adds_key(AlterTableStmt const &statement) {
    return any<AlterTableCmd>(statement.cmds, [](AlterTableCmd const &command) {
        Constraint const *const added = added_constraint(command);
        return added && added->contype == CONSTR_PRIMARY;
    });
}

// Subcommands after which the columns of publisher and subscriber differ; null for others.
const char *change_of_columns(AlterTableType type) {
    switch (type) {
    case AT_AddColumn:
        return "ADD COLUMN";
    case AT_DropColumn:
        return "DROP COLUMN";
    case AT_AlterColumnType:
        return "ALTER TYPE";
    default:
        return nullptr;
    }
}

// Whether any publication names its tables, rather than being FOR ALL TABLES or TABLES IN SCHEMA. Asked once per call
// of lint(), as each CREATE TABLE needs the answer.
bool some_publication_lists_tables(World &world) {
    static KeptQuery listed_table("SELECT 1 FROM pg_publication_rel LIMIT 1");
    std::optional<bool> &known = world.contents().lists_tables;
    if (!known)
        known = listed_table({}).size() > 0;
    return *known;
}

} // namespace

// Three ways to lose the identity: REPLICA IDENTITY NOTHING, dropping its constraint, dropping its index. A primary key
// that the same ALTER TABLE or a later statement adds takes its place.
void replica_identity_lost(Subject const &subject, Report &report) {
    std::optional<bool> adds_another;
    each_subcommand(subject, [&](Subcommand const &change) {
        Table &relation = change.table;
        if (relation.is_new || !relation.published)
            return;
        if (change.command.subtype == AT_ReplicaIdentity) {
            auto const *identity = reinterpret_cast<ReplicaIdentityStmt const *>(change.command.def);
            if (identity && identity->identity_type == 'n' && !publications(relation, Publishes::changes).empty())
                report_lost_identity(report, relation, "REPLICA IDENTITY NOTHING");
        } else if (change.command.subtype == AT_DropConstraint) {
            TableConstraint const *const constraint = relation.constraint(change.command.name);
            if (!adds_another)
                adds_another = adds_key(change.statement);
            bool const replaced = *adds_another || done_later(subject, Lookahead::Effect::primary_key, relation.name);
            if (constraint && !replaced && identifies_published_rows(relation, *constraint))
                report_lost_identity(report, relation, "DROP CONSTRAINT " + quoted(constraint->name));
        }
    });
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_INDEX)
        return;
    each<List>(statement->objects, [&](List &names) {
        World::FoundIndex const found = subject.world.find_index(&names);
        if (found && !found.index->is_new && identifies_published_rows(*found.table, *found.index))
            report_lost_identity(report, *found.table, "DROP INDEX " + quoted(found.index->name));
    });
}

// "Publication" in the chapter "Logical Replication": FULL makes the whole old row the key. The apply worker then
// searches the subscriber's table from end to end; since 16 it can use an index that is not the identity.
void replica_identity_full(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_ReplicaIdentity || change.table.small())
            return;
        auto const *identity = reinterpret_cast<ReplicaIdentityStmt const *>(change.command.def);
        if (identity && identity->identity_type == 'f' && !publications(change.table, Publishes::changes).empty())
            report.add(Severity::warning,
                       "every UPDATE and DELETE of " + change.table.label() +
                           " writes the whole old row to the WAL, and a subscriber reads its whole table to find it "
                           "(until 16, which uses an index when there is one)",
                       "REPLICA IDENTITY USING INDEX of a unique index of NOT NULL columns.");
    });
}

// The apply worker of a subscriber fails at the first row with a column that its table lacks, and is restarted only to
// fail again, while its slot keeps the publisher's WAL.
void ddl_of_published_table(Subject const &subject, Report &report) {
    Table const *relation = nullptr;
    std::vector<std::string> changes;
    if (auto const *statement = MIG_AS(RenameStmt, subject.node)) {
        if ((statement->renameType == OBJECT_COLUMN || statement->renameType == OBJECT_TABLE) && statement->relation)
            relation = subject.world.find(statement->relation);
        // Of a table or a column, as the apply worker finds both by name; indexes, constraints and triggers are not
        // replicated.
        changes.emplace_back("RENAME");
    } else {
        each_subcommand(subject, [&](Subcommand const &change) {
            if (const char *const what = change_of_columns(change.command.subtype)) {
                relation = &change.table;
                changes.emplace_back(what);
            }
        });
    }
    if (!relation || relation->is_new)
        return;
    std::vector<std::string> const in = publications(*relation, Publishes::anything);
    if (!in.empty())
        report.add(
            Severity::warning,
            "subscribers of publication " + listed(in) + " do not get the " + listed(changes) + " of " +
                relation->label() + ": replication stops at the first row that does not fit their table",
            "ADD COLUMN there first and here second, DROP COLUMN here first; a RENAME or another type needs both "
            "at once, with the subscription disabled.");
}

// Whoever lists tables one by one easily forgets a new one; FOR ALL TABLES and TABLES IN SCHEMA include it anyway.
void table_not_published(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    // check_publication_add_relation() accepts no temporary or unlogged table, and a partition is published with its
    // root.
    if (!statement || !statement->relation || statement->relation->relpersistence != 'p' || statement->partbound ||
        subject.world.find(statement->relation) || !some_publication_lists_tables(subject.world))
        return;
    // A publication that lists tables of this schema, unless another one includes the new table anyway.
    static KeptQuery publication_of_schema(
        "SELECT min(quote_ident(p.pubname)) FROM pg_publication_rel r"
        " JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND NOT EXISTS (SELECT 1"
        "  FROM pg_publication a WHERE a.puballtables) AND NOT EXISTS (SELECT 1 FROM pg_publication_namespace s"
        "  WHERE s.pnnspid = n.oid)");
    Rows const rows = publication_of_schema({subject.world.schema_for(statement->relation)});
    // Any later ALTER PUBLICATION counts, whatever it adds.
    if (rows.is_null(0, 0) || done_later(subject, Lookahead::Effect::publication, ""))
        return;
    report.add(Severity::info,
               "the new table " + quoted(statement->relation->relname) + " is not in publication " +
                   std::string(rows.text(0, 0)) + ", which lists the tables of its schema",
               "If subscribers are to have it: create it there too, ALTER PUBLICATION " + std::string(rows.text(0, 0)) +
                   " ADD TABLE " + quoted(statement->relation->relname) +
                   ", and ALTER SUBSCRIPTION ... REFRESH "
                   "PUBLICATION there.");
}

namespace {

constexpr Rule entries[] = {
    {"replica-identity-lost", "UPDATE and DELETE of a published table fail", replica_identity_lost},
    {"replica-identity-full", "whole rows in the WAL, whole tables read by subscribers", replica_identity_full},
    {"ddl-of-published-table", "logical replication carries no DDL and stops", ddl_of_published_table},
    {"table-not-published", "subscribers never get a new table", table_not_published},
    {"extension-unavailable", "CREATE EXTENSION fails on this server or for this role", extension_unavailable},
    {"extension-without-version", "which version is made depends on the server", extension_without_version},
    {"needs-superuser", "the role may not do it", needs_superuser},
    {"managed-table", "an extension manages the table", managed_table},
};

} // namespace

Rules replication_rules() noexcept { return {std::begin(entries), std::end(entries)}; }

} // namespace mig::server::lint
