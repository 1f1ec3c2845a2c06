// Rules: functions that do for their callers what the callers may not do themselves.
//
// "Writing SECURITY DEFINER Functions Safely" on the manual's page of CREATE FUNCTION: names in a body that is a string
// are looked up when it runs, by the search_path in force then. Unless the function sets its own, that is the caller's,
// and the caller chooses what the names mean. A BEGIN ATOMIC body is resolved once, when the function is created; C and
// internal functions have no names to look up.
#include "core/text/plpgsql_text.hpp"
#include "lint/read/routines.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

extern "C" {
#include "catalog/pg_type.h"
}

namespace mig::server::lint {

namespace {

bool sets_search_path_later(Subject const &subject, List const *name) {
    return done_later(subject, Lookahead::Effect::search_path, last_name(name));
}

std::string language_of(CreateFunctionStmt const &statement) {
    DefElem const *const language = option_named(statement.options, "language");
    return language && language->arg && IsA(language->arg, String) ? strVal(language->arg) : "";
}

void report_open_search_path(Report &report, std::string const &name) {
    report.add(
        Severity::warning,
        name + " runs with the rights of its owner and the search_path of its caller, who can put tables, functions "
               "and operators of their own before those that it means",
        "SET search_path = pg_catalog, ..., pg_temp in its definition, or a body that is parsed when the function is "
        "created (BEGIN ATOMIC).");
}

} // namespace

void security_definer_search_path(Subject const &subject, Report &report) {
    if (auto const *create = MIG_AS(CreateFunctionStmt, subject.node)) {
        DefElem const *const security = option_named(create->options, "security");
        std::string const language = language_of(*create);
        if (security && is_on(*security) && !create->sql_body && language != "c" && language != "internal" &&
            !sets_search_path(create->options) && !sets_search_path_later(subject, create->funcname))
            report_open_search_path(report, dotted(create->funcname) + "()");
    } else if (auto const *alter = MIG_AS(AlterFunctionStmt, subject.node)) {
        DefElem const *const security = option_named(alter->actions, "security");
        if (!security || !is_on(*security) || sets_search_path(alter->actions) ||
            sets_search_path_later(subject, alter->func->objname))
            return;
        std::vector<Routine> const all = routines_named(subject.world, alter->func->objname, Place::found);
        Routine const *const routine = find_routine(all, subject.world, *alter->func);
        if (routine && !routine->has_search_path && !routine->body.empty())
            report_open_search_path(report, routine->name);
    }
}

// EXECUTE of a string into which a text parameter is concatenated as it is: not through a function such as format() or
// quote_ident(), not with a cast, not by USING. Parameters of other types cannot hold SQL.
void dynamic_sql(Subject const &subject, Report &report) {
    auto const *create = MIG_AS(CreateFunctionStmt, subject.node);
    if (!create || language_of(*create) != "plpgsql")
        return;
    DefElem const *const as = option_named(create->options, "as");
    if (!as || !as->arg || !IsA(as->arg, List))
        return;
    std::vector<std::string> texts; // parameters that can hold SQL
    each<FunctionParameter>(create->parameters, [&](FunctionParameter const &parameter) {
        std::uint32_t const type = parameter.name ? subject.world.type(parameter.argType).oid : 0;
        if (type == TEXTOID || type == VARCHAROID || type == BPCHAROID)
            texts.emplace_back(parameter.name);
    });
    std::optional<Lexed> const code = lex_code(strVal(linitial(MIG_AS(List, as->arg))));
    std::vector<std::string> const unsafe = code ? concatenated_names(*code, texts) : std::vector<std::string>();
    if (unsafe.empty())
        return;
    DefElem const *const security = option_named(create->options, "security");
    bool const definer = security && is_on(*security);
    report.add(definer ? Severity::warning : Severity::info,
               dotted(create->funcname) + "() executes what its caller passes as " + listed(unsafe) +
                   (definer ? ", with the rights of its owner" : ""),
               "EXECUTE format('... %I ... %L', " + unsafe.front() + "), or ... $1' USING " + unsafe.front() + ".");
}

} // namespace mig::server::lint
