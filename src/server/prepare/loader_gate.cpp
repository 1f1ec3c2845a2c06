#include "server/prepare/loader_gate.hpp"

#include "core/base/failure.hpp"
#include "core/plan/plan.hpp"
#include "server/db/owner.hpp"
#include "server/db/quoting.hpp"
#include "server/store/loaders.hpp"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

constexpr std::size_t max_listed = 10; // migrations in a DETAIL

std::string role_of(Step const &step) {
    return "role \"" + std::string(step.text.loaded_by.value_or("")) + "\"" +
           (step.text.loaded_from.elsewhere ? " in another cluster" : "");
}

// Why the role is not trusted. For a role elsewhere, role_of() already says it.
const char *reason_of(Step const &step) {
    return step.text.loaded_from.elsewhere ? ", and would run" : ", which is not a superuser, and would run";
}

// `migration 7 (init) was loaded by role "dev", which is not a superuser, and would run`
std::string origin_of(Step const &step) {
    std::string const name = label(*step.migration);
    if (!step.text.on_record)
        return "migration " + name + " was loaded by " + role_of(step) + reason_of(step);
    return "the recorded down body of migration " + name +
           (step.text.loaded_by ? " comes from a run by " + role_of(step) + reason_of(step)
                                : " does not come from a run, and would run");
}

std::string list_of(std::vector<Step const *> const &steps) {
    if (steps.size() == 1)
        return "";
    std::string list = "There are " + std::to_string(steps.size()) + ":\n";
    for (std::size_t i = 0; i < steps.size() && i < max_listed; ++i)
        list += label(*steps[i]->migration) + (steps[i]->text.loaded_by ? ", " + role_of(*steps[i]) : "") + "\n";
    if (steps.size() > max_listed)
        list += "... and " + std::to_string(steps.size() - max_listed) + " more\n";
    return list;
}

// The end of each hint, without its first letter, which depends on what precedes it.
constexpr const char *vouch =
    "eview it and load it again as a superuser, or list the role in migrator.trusted_loaders.";

enum class Can : unsigned char { log_in, be_set, nothing };

// What a superuser can do to become this role. nothing: it does not exist. pg_authid.rolcanlogin, and no more: whether
// pg_hba.conf lets the role in is not looked at.
Can ability_of(std::string_view role) {
    std::string const name(role);
    const char *const text = name.c_str();
    return pg::guarded([=] {
        HeapTuple const tuple = SearchSysCache1(AUTHNAME, CStringGetDatum(text));
        if (!HeapTupleIsValid(tuple))
            return Can::nothing;
        bool const logs_in = (reinterpret_cast<Form_pg_authid>(GETSTRUCT(tuple)))->rolcanlogin;
        ReleaseSysCache(tuple);
        return logs_in ? Can::log_in : Can::be_set;
    });
}

// `Connect as ci`, or another way to a session that does not belong to a superuser.
std::string own_session(std::string_view role) {
    if (ability_of(role) == Can::log_in)
        return "Connect as " + quoted(role);
    return "Connect as a role that is not a superuser, SET ROLE " + quoted(role);
}

// The session comes first: after SET ROLE, it is still the superuser's. Empty if the role does not exist.
std::string as_loader(std::optional<std::string_view> role) {
    if (!role)
        return "Run it as its owner, in a session of that role";
    if (ability_of(*role) == Can::nothing)
        return {};
    return own_session(*role) + " and run it there, which is the safe way, or SET ROLE " + quoted(*role) +
           " here and run it as that role";
}

std::string hint_with(std::string const &first_way) {
    return first_way.empty() ? std::string("R") + vouch : first_way + ", or r" + vouch;
}

// Running it as the loader, or listing that name, is no way out for what came with a dump.
constexpr const char *elsewhere = "Roles of another cluster are not known here. Nothing was run.";
constexpr const char *hint_elsewhere = "Review it and load it again as a superuser, which vouches for it, or "
                                       "run it in a session of a role that is not a superuser.";

[[noreturn]] void refuse(std::vector<Step const *> const &steps, std::string const &superuser) {
    Step const &first = *steps.front();
    throw Failure(sqlstate::untrusted_loader, origin_of(first) + " as superuser \"" + superuser + "\"",
                  list_of(steps) + (first.text.loaded_from.elsewhere ? elsewhere : "Nothing was run."),
                  first.text.loaded_from.elsewhere ? hint_elsewhere : hint_with(as_loader(first.text.loaded_by)));
}

[[noreturn]] void refuse_statementwise(Step const &step, std::string const &superuser) {
    throw Failure(sqlstate::untrusted_loader,
                  origin_of(step) + " statement by statement in a session of superuser \"" + superuser + "\"",
                  "It could RESET ROLE. Nothing was run.",
                  step.text.loaded_from.elsewhere ? hint_elsewhere
                                                  : hint_with(own_session(current_role()) + " and run it there"));
}

std::string name_of(Oid role) {
    const char *const name = pg::guarded([=] { return GetUserNameFromId(role, true); });
    return name ? name : "";
}

// superuser_arg() is false for a role that has been dropped meanwhile, but for the bootstrap superuser in single-user
// mode.
bool is_superuser(Oid role) { return pg::call<superuser_arg>(role); }

} // namespace

void guard_bodies(Steps &steps, InTransaction transaction) {
    // A body could return to the latter two by RESET ROLE and RESET SESSION AUTHORIZATION. What SET SESSION
    // AUTHORIZATION allows depends on the authenticated user (check_session_authorization()).
    Oid const current = GetUserId(), session = GetSessionUserId(), login = GetAuthenticatedUserId();
    bool const as_superuser = is_superuser(current);
    if (!as_superuser && !is_superuser(session) && !is_superuser(login)) // no superuser's privileges are within reach
        return;
    Loaders const loaders;
    std::vector<Step const *> untrusted;
    for (Step &step : steps.list) {
        if (step.text.loaded_by && loaders.trust(*step.text.loaded_by, step.text.loaded_from) != Trust::nobody)
            continue;
        if (!step.text.loaded_by && loaders.everybody()) // recorded without a run, so no name could be on the list
            continue;
        untrusted.push_back(&step);
        step.fenced = true;
    }
    if (untrusted.empty())
        return;
    // With a superuser as current_user the body would run as one, so that no fence helps. Otherwise RoleFence keeps it
    // from going back, but only within one transaction.
    if (as_superuser)
        refuse(untrusted, name_of(current));
    for (Step const *step : untrusted)
        if (!step->transactional && transaction == InTransaction::of_its_own)
            refuse_statementwise(*step, name_of(is_superuser(session) ? session : login));
}

} // namespace mig::server
