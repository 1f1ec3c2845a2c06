// Rules: CREATE OR REPLACE FUNCTION that changes more than the body, or less than was intended.
//
// "CREATE FUNCTION" in PostgreSQL's manual: a function is identified by its schema, its name and the types of its input
// arguments. Replacing one keeps its owner and privileges; all other properties are what the command says, or their
// defaults.
#include "lint/read/routines.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

namespace mig::server::lint {

namespace {

const char *volatility_name(char volatility) {
    return volatility == 'i' ? "IMMUTABLE" : volatility == 's' ? "STABLE" : "VOLATILE";
}

struct Replacement {
    CreateFunctionStmt const *statement = nullptr;
    std::vector<Routine> all;          // of that name, in that schema
    Routine const *replaced = nullptr; // the one of them with the same arguments
};

// Of CREATE OR REPLACE FUNCTION or PROCEDURE; nothing for other statements, or where an argument's type is not known.
std::optional<Replacement> replacement(Subject const &subject) {
    auto const *statement = MIG_AS(CreateFunctionStmt, subject.node);
    if (!statement || !statement->replace)
        return std::nullopt;
    std::optional<std::vector<std::uint32_t>> const arguments = arguments_of(subject.world, *statement);
    if (!arguments)
        return std::nullopt;
    Replacement result{statement, routines_named(subject.world, statement->funcname, Place::created)};
    for (Routine const &routine : result.all)
        if (routine.arguments == *arguments)
            result.replaced = &routine;
    return result;
}

std::string body_of(CreateFunctionStmt const &statement) {
    DefElem const *const as = option_named(statement.options, "as");
    return as && as->arg && IsA(as->arg, List) ? strVal(linitial(MIG_AS(List, as->arg))) : "";
}

} // namespace

// Attributes that the statement leaves out fall back to VOLATILE, CALLED ON NULL INPUT and SECURITY INVOKER.
void routine_attributes(Subject const &subject, Report &report) {
    std::optional<Replacement> const found = replacement(subject);
    if (!found || !found->replaced)
        return;
    Routine const &old = *found->replaced;
    CreateFunctionStmt const &statement = *found->statement;
    DefElem const *const volatility = option_named(statement.options, "volatility");
    char const now = volatility ? strVal(volatility->arg)[0] : 'v';
    DefElem const *const security = option_named(statement.options, "security"), *const strict = option_named(
                                                                                     statement.options, "strict");
    std::vector<std::string> changes;
    if (now != old.volatility)
        changes.push_back(std::string(volatility_name(old.volatility)) + " becomes " + volatility_name(now) +
                          (volatility ? "" : ", as the statement does not repeat it"));
    if (old.security_definer && !(security && is_on(*security)))
        changes.push_back("it no longer runs with the rights of its owner (SECURITY DEFINER)");
    else if (!old.security_definer && security && is_on(*security))
        changes.push_back("it now runs with the rights of its owner (SECURITY DEFINER)");
    if (old.strict && !(strict && is_on(*strict)))
        changes.push_back("it is now called with NULL (STRICT)");
    if (!changes.empty())
        report.add(Severity::warning, old.name + " changes for those who call it: " + listed(changes),
                   "CREATE OR REPLACE keeps no attribute of the old definition: repeat " +
                       std::string(now != old.volatility ? volatility_name(old.volatility)
                                   : old.strict          ? "STRICT"
                                                         : "SECURITY DEFINER") +
                       " if it is to stay.");
}

// Indexes, constraints and generated columns hold what the function returned when a row was written: nothing recomputes
// it. The server trusts IMMUTABLE and does not notice.
void routine_of_index(Subject const &subject, Report &report) {
    std::optional<Replacement> const found = replacement(subject);
    if (!found || !found->replaced || found->statement->sql_body || body_of(*found->statement) == found->replaced->body)
        return;
    // The bodies were compared first: most replacements end before the catalog is asked.
    std::vector<std::string> const kept = stored_results(*found->replaced);
    if (!kept.empty())
        report.add(Severity::warning,
                   listed(kept) + (kept.size() == 1 ? " keeps" : " keep") + " the results of the old body of " +
                       found->replaced->name + ": searches miss rows when the new one returns something else",
                   "Create a function of a new name, and a new index on it; or REINDEX CONCURRENTLY after it.");
}

// With other input arguments it is another function: the old one stays, and a call that fits both is ambiguous.
void overload_left_behind(Subject const &subject, Report &report) {
    std::optional<Replacement> const found = replacement(subject);
    if (!found || found->replaced || found->all.empty())
        return;
    std::vector<std::string> left;
    for (Routine const &routine : found->all)
        left.push_back(routine.name);
    // The catalog still has what an earlier statement of the migration drops, and what a later one will: so the texts
    // of all DROPs are searched for the name.
    bool dropped = false;
    for (Statement const &statement : subject.step.statements)
        dropped = dropped || (std::strncmp(statement.command, "DROP ", 5) == 0 &&
                              sql_of(subject.step.body, statement)
                                      .find(last_name(found->statement->funcname)) != std::string_view::npos);
    if (!dropped)
        report.add(Severity::warning,
                   "CREATE OR REPLACE replaces nothing: the arguments differ from those of " + listed(left) +
                       ", which stays beside it, and calls may be ambiguous",
                   "DROP FUNCTION " + left.front() +
                       " in the same migration; or CREATE without OR REPLACE, if both are wanted.");
}

} // namespace mig::server::lint
