// Rules: rows that row security hides from the role that runs the migrations.
//
// A policy that hides a row from a query does so without a message: a backfill succeeds and leaves rows as they were.
// By check_enable_rls() the policies apply to everybody but superusers and roles with BYPASSRLS, to the owner only
// where they are FORCEd. With row_security = off such a query raises an error. Foreign keys and CHECKs are validated
// without policies (RI_Initial_Check(), ATRewriteTable()).
#include "bridge/compat.hpp"
#include "lint/rules/rules.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/rls.h"
}

namespace mig::server::lint {

namespace {

// The tables that a statement names. PODs only, for the guarded frame.
struct Names {
    RangeVar *found[64];
    int count, depth;
};

bool collect_names(Node *node, void *context) {
    if (!node)
        return false;
    auto *const names = static_cast<Names *>(context);
    if (IsA(node, RangeVar) && names->count < 64)
        names->found[names->count++] = castNode(RangeVar, node);
    if (names->depth == 500) // deeper than anybody writes: the stack might not be enough
        return false;
    ++names->depth;
    bool const full = pg::walk_raw_expression(node, collect_names, context);
    --names->depth;
    return full;
}

// Policies of one command, as pg_policy.polcmd has it, apply beside those of ALL. An UPDATE or DELETE reads the rows,
// so that policies of SELECT apply to it as well.
char command_of(Write const &write) {
    return std::strcmp(write.command, "DELETE") == 0 ? 'd' : std::strcmp(write.command, "INSERT") == 0 ? 'a' : 'w';
}

struct Hiding {
    bool applies = false, hides = false, owner = false;
    std::string role;
};

// A permissive policy that is true for the role hides nothing, unless a restrictive one does. Policies of pending
// statements are not known here.
Hiding hiding(Subject const &subject, Table const &table, char command) {
    Hiding result;
    static KeptQuery policies_query(
        "SELECT r.rolname::text, NOT (r.rolsuper OR r.rolbypassrls), pg_has_role(r.oid, $2::oid, 'USAGE'),"
        " NOT p.open_to_command OR NOT p.open_to_select OR p.restricted"
        " FROM pg_roles r, LATERAL (SELECT"
        "  coalesce(bool_or(polpermissive AND shown AND polcmd IN ('*', $4::text)), false) AS open_to_command,"
        "  coalesce(bool_or(polpermissive AND shown AND polcmd IN ('*', 'r')), false) AS open_to_select,"
        "  coalesce(bool_or(NOT polpermissive AND NOT shown AND polcmd IN ('*', 'r', $4::text)), false) AS restricted"
        "  FROM (SELECT polpermissive, polcmd::text AS polcmd, pg_get_expr(polqual, polrelid) = 'true' AS shown"
        "   FROM pg_policy WHERE polrelid = $3::oid AND EXISTS (SELECT FROM unnest(polroles) o"
        "    WHERE o = 0 OR pg_has_role(r.oid, o, 'USAGE'))) applicable) p WHERE r.oid = $1::oid");
    struct PolicyColumn {
        enum : int { role, applies, owner, hides };
    };
    Rows const rows =
        policies_query({static_cast<std::int64_t>(subject.world.caller()), static_cast<std::int64_t>(table.owner),
                        static_cast<std::int64_t>(table.oid), std::string_view(&command, 1)});
    if (rows.size() == 0)
        return result;
    result.role = rows.text(0, PolicyColumn::role);
    result.owner = rows.boolean(0, PolicyColumn::owner);
    result.applies = rows.boolean(0, PolicyColumn::applies) && (!result.owner || table.force_row_security);
    result.hides = rows.boolean(0, PolicyColumn::hides);
    return result;
}

// What the body has set last, or the session.
bool is_row_security_off(Subject const &subject) {
    bool off = !row_security;
    for (Node *const *before = subject.all.begin(); before != subject.later_in_migration.begin(); ++before) {
        auto const *const set = MIG_AS(VariableSetStmt, *before);
        if (!set || !set->name || std::strcmp(set->name, "row_security") != 0)
            continue;
        auto const *const value =
            set->kind == VAR_SET_VALUE && set->args != NIL ? static_cast<Node *>(linitial(set->args)) : nullptr;
        const char *const word = value ? string_constant(value) : nullptr;
        bool on = true;
        off = word && parse_bool(word, &on) && !on;
    }
    return off;
}

std::string way_out(Table const &table, Hiding const &found) {
    std::string const name = table.qualified();
    return (found.owner ? "Put ALTER TABLE " + name + " NO FORCE ROW LEVEL SECURITY before it and ALTER TABLE " + name +
                              " FORCE ROW LEVEL SECURITY after it, in the same migration; or run"
                        : std::string("Run")) +
           " the migrations as a role with BYPASSRLS" + (found.owner ? "" : ", or as the owner of the table") +
           ". SET row_security = off before it makes it fail where rows would be hidden.";
}

void check_table(Subject const &subject, Report &report, Table const &table, char command, std::string const &what) {
    if (!table.row_security || table.is_new || table.oid == 0)
        return;
    Hiding const found = hiding(subject, table, command);
    if (!found.applies || !found.hides || !subject.first_time("hidden rows " + std::to_string(table.oid)))
        return;
    if (is_row_security_off(subject))
        report.add(Severity::error,
                   what + " fails: with row_security = off no query may be affected by a policy, and those of " +
                       table.label() + " apply to role " + quoted(found.role),
                   way_out(table, found));
    else
        report.add(Severity::warning,
                   "policies of " + table.label() + " apply to role " + quoted(found.role) +
                       (found.owner ? ", its owner, as row security is forced" : "") + ": " + what +
                       " passes over the rows that they hide, without an error",
                   way_out(table, found));
}

} // namespace

// Of what only reads, nothing is lost. A row that an INSERT must not add is an error by itself.
void rows_hidden_by_policy(Subject const &subject, Report &report) {
    Node *const node = query_of(subject.node);
    if (auto const *copy = MIG_AS(CopyStmt, node); copy && copy->is_from && copy->relation) {
        Table const *const table = subject.world.find(copy->relation);
        if (table && table->row_security && !table->is_new && hiding(subject, *table, 'a').applies)
            report.add(Severity::error, "COPY fails: it cannot write to a table whose policies apply to the role",
                       way_out(*table, hiding(subject, *table, 'a')));
        return;
    }
    if (auto const *insert = MIG_AS(InsertStmt, node)) // a dump has millions of these
        if (auto const *values = insert->selectStmt ? MIG_AS(SelectStmt, insert->selectStmt) : nullptr;
            !values || values->valuesLists != NIL)
            return;
    if (!is_query(node))
        return;
    std::vector<Write> const &writes = writes_of(subject);
    bool const fills =
        MIG_AS(CreateTableAsStmt, subject.node) || (MIG_AS(SelectStmt, node) && MIG_AS(SelectStmt, node)->intoClause);
    if (writes.empty() && !fills)
        return;
    std::string const what =
        fills ? "the query that fills the new table" : std::string(writes.front().command); // the statement itself
    Names names{};
    Names *const found = &names;
    pg::guarded([=] { (void) collect_names(node, found); });
    for (int i = 0; i < names.count; ++i) {
        Table const *const table = subject.world.find(names.found[i]);
        if (!table || !table->row_security)
            continue;
        auto const write = std::find_if(writes.begin(), writes.end(),
                                        [&](Write const &candidate) { return candidate.relation == table; });
        if (write != writes.end() && command_of(*write) != 'a')
            check_table(subject, report, *table, command_of(*write), write->command);
        else if (write == writes.end())
            check_table(subject, report, *table, 'r', what);
    }
}

} // namespace mig::server::lint
