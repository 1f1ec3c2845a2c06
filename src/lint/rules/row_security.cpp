// Rules: row security.
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server::lint {

namespace {

struct Policies {
    std::int64_t all = 0, permissive = 0;
};

Policies policies(Table const &relation) {
    if (relation.oid == 0)
        return {};
    static KeptQuery policies_of(
        "SELECT count(*), count(*) FILTER (WHERE polpermissive) FROM pg_policy WHERE polrelid = $1::oid");
    Rows const rows = policies_of({static_cast<std::int64_t>(relation.oid)});
    return {rows.bigint(0, 0), rows.bigint(0, 1)};
}

// Anywhere in the migration: a policy can be made before row security is enabled.
bool policy_made(Subject const &subject, Table const &relation) {
    return anywhere(subject, Ahead::What::policy, relation);
}

bool is_true(Node const *expression) {
    auto const *constant = expression ? MIG_AS(A_Const, expression) : nullptr;
    if (auto const *cast = expression ? MIG_AS(TypeCast, expression) : nullptr) // 't'::bool, as true is up to 14
        constant = MIG_AS(A_Const, cast->arg);
    if (!constant || constant->isnull)
        return false;
    return IsA(&constant->val, Boolean) ? boolVal(&constant->val)
                                        : IsA(&constant->val, String) && std::strcmp(strVal(&constant->val), "t") == 0;
}

} // namespace

// Row security that is enabled lets nobody see a row whom no permissive policy lets, but for the owner, superusers and
// roles with BYPASSRLS.
void rls_without_policy(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype == AT_EnableRowSecurity && policies(change.table).permissive == 0 &&
            !policy_made(subject, change.table))
            report.add(Severity::warning,
                       "row security without a policy hides every row of " + change.table.label() +
                           " from all but its owner and superusers",
                       "In the same migration: CREATE POLICY ... ON " + change.table.qualified() +
                           " TO ... USING (...).");
    });
}

void rls_disabled(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        bool const off = change.command.subtype == AT_DisableRowSecurity && change.table.row_security;
        bool const not_forced = change.command.subtype == AT_NoForceRowSecurity && change.table.force_row_security;
        std::int64_t const count = off || not_forced ? policies(change.table).all : 0;
        if (count == 0)
            return;
        report.add(Severity::warning,
                   off ? "every role that may SELECT sees all rows of " + change.table.label() + ": " +
                             std::to_string(count) +
                             (count == 1 ? " policy no longer applies" : " policies no longer apply")
                       : "the policies of " + change.table.label() + " no longer hold for its owner",
                   off ? "Change the policies instead; for a bulk job use a role with BYPASSRLS."
                       : "Let a role with BYPASSRLS do what needs all rows.");
    });
}

void rls_owner_exempt(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_EnableRowSecurity || change.table.force_row_security)
            return;
        bool const forced = anywhere(subject, Ahead::What::forced_row_security, change.table);
        std::uint32_t const owner = change.table.owner ? change.table.owner : subject.world.caller();
        static KeptQuery owner_who_logs_in(
            "SELECT quote_ident(rolname) FROM pg_roles WHERE oid = $1::oid AND rolcanlogin"
            " AND NOT rolsuper AND NOT rolbypassrls");
        Rows const rows = owner_who_logs_in({static_cast<std::int64_t>(owner)});
        if (!forced && rows.size() > 0)
            report.add(Severity::info,
                       "the policies of " + change.table.qualified() + " do not hold for its owner " +
                           std::string(rows.text(0, 0)) + ", who can log in",
                       "If the application connects as " + std::string(rows.text(0, 0)) + ": ALTER TABLE " +
                           change.table.qualified() + " FORCE ROW LEVEL SECURITY.");
    });
}

// Permissive policies are joined by OR, restrictive ones by AND: one less of the first hides rows, one less of the
// second shows them.
void policy_dropped(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_POLICY)
        return;
    each<List>(statement->objects, [&](List &names) {
        Table const *const relation = subject.world.find_table_of(&names);
        if (!relation || relation->is_new || !relation->row_security || policy_made(subject, *relation))
            return;
        static KeptQuery policy_named(
            "SELECT polpermissive, (SELECT count(*) FROM pg_policy o WHERE o.polrelid = p.polrelid"
            " AND o.polpermissive AND o.oid <> p.oid) FROM pg_policy p"
            " WHERE polrelid = $1::oid AND polname = $2");
        Rows const rows = policy_named({static_cast<std::int64_t>(relation->oid), last_name(&names)});
        if (rows.size() == 0)
            return;
        if (!rows.boolean(0, 0))
            report.add(Severity::warning,
                       "policy " + quoted(last_name(&names)) + " kept rows of " + relation->label() +
                           " from those whom other policies let in: they see them from now on",
                       "Make the one that replaces it in the same migration.");
        else if (rows.bigint(0, 1) == 0)
            report.add(Severity::warning,
                       "policy " + quoted(last_name(&names)) + " is the last that lets anybody see rows of " +
                           relation->label() + ": all but its owner and superusers see none from now on",
                       "Make the one that replaces it in the same migration, or DISABLE ROW LEVEL SECURITY.");
    });
}

void policy_for_everyone(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreatePolicyStmt, subject.node);
    if (!statement || !statement->permissive || !(is_true(statement->qual) || is_true(statement->with_check)))
        return;
    bool const all = statement->roles == NIL || any<RoleSpec>(statement->roles, [](RoleSpec const &role) {
                         return role.roletype == ROLESPEC_PUBLIC;
                     });
    if (!all)
        return;
    bool const reads = std::strcmp(statement->cmd_name, "select") == 0;
    Table const *const relation = subject.world.find(statement->table);
    report.add(reads ? Severity::info : Severity::warning,
               "policy " + quoted(statement->policy_name) + " lets every role " + (reads ? "see" : "see or change") +
                   " every row of " + (relation ? relation->qualified() : quoted(statement->table->relname)) +
                   ", whatever other permissive policies say",
               "Say TO whom, and USING (which rows).");
}

} // namespace mig::server::lint
