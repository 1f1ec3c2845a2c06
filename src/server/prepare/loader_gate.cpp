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

constexpr std::size_t most = 10; // are named

std::string role_of(Step const &step) {
    return "role \"" + std::string(step.text.loaded_by.value_or("")) + "\"" +
           (step.text.loaded_from.elsewhere ? " in another cluster" : "");
}

// What of the role makes it untrusted: of one elsewhere, that it is elsewhere.
const char *what_of_it(Step const &step) {
    return step.text.loaded_from.elsewhere ? ", and would run" : ", who is no superuser, and would run";
}

// `migration 7 (init) was loaded by role "dev", who is no superuser, and would run`
std::string origin_of(Step const &step) {
    std::string const name = label(*step.migration);
    if (!step.text.on_record)
        return "migration " + name + " was loaded by " + role_of(step) + what_of_it(step);
    return "the down body on record of migration " + name +
           (step.text.loaded_by ? " was put there by a run of " + role_of(step) + what_of_it(step)
                                : " was put there without a run, and would run");
}

std::string list_of(std::vector<Step const *> const &steps) {
    if (steps.size() == 1)
        return "";
    std::string list = "There are " + std::to_string(steps.size()) + ":\n";
    for (std::size_t i = 0; i < steps.size() && i < most; ++i)
        list += label(*steps[i]->migration) + (steps[i]->text.loaded_by ? ", " + role_of(*steps[i]) : "") + "\n";
    if (steps.size() > most)
        list += "... and " + std::to_string(steps.size() - most) + " more\n";
    return list;
}

// The ways out, but for running it as another role.
constexpr const char *vouch =
    "eview it and load it again as a superuser, or list the role in migrator.trusted_loaders.";

enum class Can : unsigned char { log_in, be_set, nothing };

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

// `Connect as ci`: a session that no superuser is around.
std::string own_session(std::string_view role) {
    if (ability_of(role) == Can::log_in)
        return "Connect as " + quoted(role);
    return "Connect as a role that is no superuser, SET ROLE " + quoted(role);
}

// Behind SET ROLE, the superuser's session is still around it.
std::string as_loader(std::optional<std::string_view> role) {
    if (!role)
        return "Run it as its owner, in a session of that role";
    if (ability_of(*role) == Can::nothing)
        return {};
    return own_session(*role) + " and run it there, which is the safe way, or SET ROLE " + quoted(*role) +
           " here and run it as that role";
}

std::string ways_out(std::string const &way) { return way.empty() ? std::string("R") + vouch : way + ", or r" + vouch; }

// A name that came by a dump is nobody's here.
constexpr const char *elsewhere = "What a name means there is not known here. Nothing was run.";
constexpr const char *way_from_elsewhere = "Review it and load it again as a superuser, who vouches for it by that, or "
                                           "run it in a session of a role that is no "
                                           "superuser.";

[[noreturn]] void refuse(std::vector<Step const *> const &steps, std::string const &superuser) {
    Step const &first = *steps.front();
    throw Failure(sqlstate::untrusted_loader, origin_of(first) + " as superuser \"" + superuser + "\"",
                  list_of(steps) + (first.text.loaded_from.elsewhere ? elsewhere : "Nothing was run."),
                  first.text.loaded_from.elsewhere ? way_from_elsewhere : ways_out(as_loader(first.text.loaded_by)));
}

[[noreturn]] void refuse_statementwise(Step const &step, std::string const &superuser) {
    throw Failure(sqlstate::untrusted_loader,
                  origin_of(step) + " statement by statement in a session of superuser \"" + superuser + "\"",
                  "It could RESET ROLE. Nothing was run.",
                  step.text.loaded_from.elsewhere ? way_from_elsewhere
                                                  : ways_out(own_session(current_role()) + " and run it there"));
}

std::string name_of(Oid role) {
    const char *const name = pg::guarded([=] { return GetUserNameFromId(role, true); });
    return name ? name : "";
}

bool is_superuser(Oid role) { return pg::call<superuser_arg>(role); }

} // namespace

void guard_bodies(Steps &steps, InTransaction in) {
    Oid const current = GetUserId(), session = GetSessionUserId(), login = GetAuthenticatedUserId();
    bool const as_superuser = is_superuser(current);
    if (!as_superuser && !is_superuser(session) && !is_superuser(login))
        return;
    Loaders const loaders;
    std::vector<Step const *> untrusted;
    for (Step &step : steps.list) {
        if (step.text.loaded_by && loaders.trust(*step.text.loaded_by, step.text.loaded_from) != Trust::nobody)
            continue;
        if (!step.text.loaded_by && loaders.everybody())
            continue;
        untrusted.push_back(&step);
        step.fenced = true;
    }
    if (untrusted.empty())
        return;
    if (as_superuser)
        refuse(untrusted, name_of(current));
    for (Step const *step : untrusted)
        if (!step->transactional && in == InTransaction::of_its_own)
            refuse_statementwise(*step, name_of(is_superuser(session) ? session : login));
}

} // namespace mig::server
