// Rules: row security.
//
// "Row Security Policies" of PostgreSQL's manual: where it is enabled, a row is visible if at least one permissive
// policy and every restrictive policy let it pass; without any policy nothing is. The owner is exempt unless it is
// FORCEd; superusers and roles with BYPASSRLS always are. Policies stay in pg_policy when row security is disabled.
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

// From pg_policy, so without those that pending statements create or drop.
Policies policies(Table const &relation) {
    if (relation.oid == 0)
        return {};
    static KeptQuery policies_of(
        "SELECT count(*), count(*) FILTER (WHERE polpermissive) FROM pg_policy WHERE polrelid = $1::oid");
    Rows const rows = policies_of({static_cast<std::int64_t>(relation.oid)});
    return {rows.bigint(0, 0), rows.bigint(0, 1)};
}

// Anywhere in the migration: a policy can be created before row security is enabled, and replaced before it is dropped.
bool creates_policy(Subject const &subject, Table const &relation) {
    return done_anywhere(subject, Lookahead::Effect::policy, relation);
}

bool is_true(Node const *expression) {
    auto const *constant = expression ? MIG_AS(A_Const, expression) : nullptr;
    if (auto const *cast = expression ? MIG_AS(TypeCast, expression) : nullptr) // up to 14 TRUE parses as 't'::bool
        constant = MIG_AS(A_Const, cast->arg);
    if (!constant || constant->isnull)
        return false;
    return IsA(&constant->val, Boolean) ? boolVal(&constant->val)
                                        : IsA(&constant->val, String) && std::strcmp(strVal(&constant->val), "t") == 0;
}

} // namespace

// Default deny: restrictive policies alone let nothing pass, so only permissive ones count.
void rls_without_policy(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype == AT_EnableRowSecurity && policies(change.table).permissive == 0 &&
            !creates_policy(subject, change.table))
            report.add(Severity::warning,
                       "row security without a policy hides every row of " + change.table.label() +
                           " from all but its owner and superusers",
                       "In the same migration: CREATE POLICY ... ON " + change.table.qualified() +
                           " TO ... USING (...).");
    });
}

// DISABLE and NO FORCE leave the policies in place but without effect. Without any policy there is none to lose.
void rls_disabled(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        bool const off = change.command.subtype == AT_DisableRowSecurity && change.table.row_security;
        // What is forced again behind a backfill is left as it was: see hidden_rows.cpp.
        bool const not_forced = change.command.subtype == AT_NoForceRowSecurity && change.table.force_row_security &&
                                !done_later(subject, Lookahead::Effect::forced_row_security, change.table);
        std::int64_t const count = off || not_forced ? policies(change.table).all : 0;
        if (count == 0)
            return;
        report.add(Severity::warning,
                   off ? "every role that may SELECT sees all rows of " + change.table.label() + ": " +
                             std::to_string(count) +
                             (count == 1 ? " policy no longer applies" : " policies no longer apply")
                       : "the policies of " + change.table.label() + " no longer apply to its owner",
                   off ? "Change the policies instead; for a bulk job use a role with BYPASSRLS."
                       : "Let a role with BYPASSRLS do what needs all rows.");
    });
}

// Only of an owner who can log in, as whom an application may connect. For superusers and roles with BYPASSRLS, FORCE
// would change nothing. The owner of a table that is new is the role that creates it.
void rls_owner_exempt(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_EnableRowSecurity || change.table.force_row_security)
            return;
        bool const forced = done_anywhere(subject, Lookahead::Effect::forced_row_security, change.table);
        std::uint32_t const owner = change.table.owner ? change.table.owner : subject.world.role();
        static KeptQuery owner_who_logs_in(
            "SELECT quote_ident(rolname) FROM pg_roles WHERE oid = $1::oid AND rolcanlogin"
            " AND NOT rolsuper AND NOT rolbypassrls");
        Rows const rows = owner_who_logs_in({static_cast<std::int64_t>(owner)});
        if (!forced && rows.size() > 0)
            report.add(Severity::info,
                       "the policies of " + change.table.qualified() + " do not apply to its owner " +
                           std::string(rows.text(0, 0)) + ", who can log in",
                       "If the application connects as " + std::string(rows.text(0, 0)) + ": ALTER TABLE " +
                           change.table.qualified() + " FORCE ROW LEVEL SECURITY.");
    });
}

// Permissive policies are joined by OR, restrictive ones by AND: dropping one of the former hides rows, which is
// reported when none is left; dropping one of the latter shows rows.
void policy_dropped(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(DropStmt, subject.node);
    if (!statement || statement->removeType != OBJECT_POLICY)
        return;
    each<List>(statement->objects, [&](List &names) {
        Table const *const relation = subject.world.find_table_of(&names);
        if (!relation || relation->is_new || !relation->row_security || creates_policy(subject, *relation))
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
                       "policy " + quoted(last_name(&names)) + " hid rows of " + relation->label() +
                           " from roles that other policies let in: they see them from now on",
                       "Create the policy that replaces it in the same migration.");
        else if (rows.bigint(0, 1) == 0)
            report.add(Severity::warning,
                       "policy " + quoted(last_name(&names)) + " is the last one that lets anybody see rows of " +
                           relation->label() + ": all but its owner and superusers see none from now on",
                       "Create the policy that replaces it in the same migration, or DISABLE ROW LEVEL SECURITY.");
    });
}

// Without TO a policy is for PUBLIC. As permissive policies are joined by OR, USING (true) or WITH CHECK (true) makes
// all others pointless.
void policy_for_everyone(Subject const &subject, Report &report) {
    auto const *statement = MIG_AS(CreatePolicyStmt, subject.node);
    if (!statement || !statement->permissive || !(is_true(statement->qual) || is_true(statement->with_check)))
        return;
    bool const all = statement->roles == NIL || any<RoleSpec>(statement->roles, [](RoleSpec const &role) {
                         return role.roletype == ROLESPEC_PUBLIC;
                     });
    if (!all)
        return;
    // Without FOR it is "all", which lets rows be written as well.
    bool const reads = std::strcmp(statement->cmd_name, "select") == 0;
    Table const *const relation = subject.world.find(statement->table);
    report.add(reads ? Severity::info : Severity::warning,
               "policy " + quoted(statement->policy_name) + " lets every role " + (reads ? "see" : "see or change") +
                   " every row of " + (relation ? relation->qualified() : quoted(statement->table->relname)) +
                   ", whatever other permissive policies say",
               "Say TO which roles, and USING (which rows).");
}

} // namespace mig::server::lint
