#include "lint/rules/rules.hpp"

#include "lint/read/replica_identity.hpp"
#include "lint/read/wording.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server::lint {

namespace {

void lost(Report &report, Table const &relation, std::string const &by) {
    report.add(Severity::error,
               "UPDATE and DELETE of " + relation.label() + " fail from now on: " + by +
                   " leaves subscribers of publication " + listed(publications(relation, Publishes::changes)) +
                   " nothing to know a row by",
               "Name another unique index of NOT NULL columns first: ALTER TABLE " + relation.qualified() +
                   " REPLICA IDENTITY USING INDEX ...");
}

bool adds_key(AlterTableStmt const &statement) {
    return any<AlterTableCmd>(statement.cmds, [](AlterTableCmd const &command) {
        Constraint const *const added = added_constraint(command);
        return added && added->contype == CONSTR_PRIMARY;
    });
}

// The columns that subscribers know by name.
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

bool some_publication_lists_tables(World &world) {
    static KeptQuery listed_table("SELECT 1 FROM pg_publication_rel LIMIT 1");
    std::optional<bool> &known = world.contents().lists_tables;
    if (!known)
        known = listed_table({}).size() > 0;
    return *known;
}

} // namespace

// By default subscribers know a row by the primary key. A published table without an identity refuses UPDATE and DELETE
// (CheckCmdReplicaIdentity()).
void replica_identity_lost(Subject const &subject, Report &report) {
    std::optional<bool> adds_another;
    each_subcommand(subject, [&](Subcommand const &change) {
        Table &relation = change.table;
        if (relation.is_new || !relation.published)
            return;
        if (change.command.subtype == AT_ReplicaIdentity) {
            auto const *identity = reinterpret_cast<ReplicaIdentityStmt const *>(change.command.def);
            if (identity && identity->identity_type == 'n' && !publications(relation, Publishes::changes).empty())
                lost(report, relation, "REPLICA IDENTITY NOTHING");
        } else if (change.command.subtype == AT_DropConstraint) {
            TableConstraint const *const constraint = relation.constraint(change.command.name);
            if (!adds_another)
                adds_another = adds_key(change.statement);
            bool const again = *adds_another || later(subject, Ahead::What::primary_key, relation.name);
            if (constraint && !again && identifies_published_rows(relation, *constraint))
                lost(report, relation, "DROP CONSTRAINT " + quoted(constraint->name));
        }
    });
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_INDEX)
        return;
    each<List>(statement->objects, [&](List &names) {
        World::OfIndex const found = subject.world.find_index(&names);
        if (found && !found.index->is_new && identifies_published_rows(*found.table, *found.index))
            lost(report, *found.table, "DROP INDEX " + quoted(found.index->name));
    });
}

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

// Logical replication carries rows, and columns by their names; it carries no DDL.
void ddl_of_published_table(Subject const &subject, Report &report) {
    Table const *relation = nullptr;
    std::vector<std::string> changes;
    if (auto const *statement = MIG_AS(RenameStmt, subject.node)) {
        if ((statement->renameType == OBJECT_COLUMN || statement->renameType == OBJECT_TABLE) && statement->relation)
            relation = subject.world.find(statement->relation);
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

void table_not_published(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreateStmt, subject.node);
    if (!statement || !statement->relation || statement->relation->relpersistence != 'p' || statement->partbound ||
        subject.world.find(statement->relation) || !some_publication_lists_tables(subject.world)) // nearly always
        return;
    // Lists tables of this schema, and neither all nor those of the schema.
    static KeptQuery publication_of_schema(
        "SELECT min(quote_ident(p.pubname)) FROM pg_publication_rel r"
        " JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND NOT EXISTS (SELECT 1"
        "  FROM pg_publication a WHERE a.puballtables) AND NOT EXISTS (SELECT 1 FROM pg_publication_namespace s"
        "  WHERE s.pnnspid = n.oid)");
    Rows const rows = publication_of_schema({subject.world.schema_for(statement->relation)});
    if (rows.is_null(0, 0) || later(subject, Ahead::What::publication, ""))
        return;
    report.add(Severity::info,
               "the new table " + quoted(statement->relation->relname) + " is not in publication " +
                   std::string(rows.text(0, 0)) + ", which lists the tables of its schema",
               "If subscribers are to have it: make it there too, ALTER PUBLICATION " + std::string(rows.text(0, 0)) +
                   " ADD TABLE " + quoted(statement->relation->relname) +
                   ", and ALTER SUBSCRIPTION ... REFRESH "
                   "PUBLICATION there.");
}

namespace {

constexpr Rule all[] = {
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

Rules replication_rules() noexcept { return {std::begin(all), std::end(all)}; }

} // namespace mig::server::lint
