#include "run/resumed_session.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"
#include "core/text/text.hpp"
#include "run/beside_statements.hpp"
#include "server/db/subtransaction.hpp"
#include "server/parse/statement_effect.hpp"
#include "server/store/statement_log.hpp"

extern "C" {
#include "utils/errcodes.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

using Effect = StatementEffect::Kind;

constexpr int silent = DEBUG5; // at a level below ERROR, set_config_option() returns 0 for a value that it refuses

// As SET does it; with a null value, as RESET does. ExecSetVariableStmt() chooses the context in the same way.
bool set(const char *name, const char *value, int level) {
    return pg::guarded([=] {
        return set_config_option(name, value, superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SET,
                                 true, level, false) > 0;
    });
}

std::string current(const char *name) {
    const char *const value = pg::guarded([=] { return GetConfigOption(name, true, false); });
    return value ? value : "";
}

// As the role that had set it, if this session may SET ROLE to it: the body could switch to that role itself.
// check_role() decides whether it may, as for SET ROLE. Without one, `role` reads `none`.
bool set_as(std::string const &role, const char *name, const char *value) {
    std::string const before = current("role");
    if (role.empty() || !set("role", role.c_str(), silent))
        return false;
    bool const done = set(name, value, silent);
    (void) set("role", before == "none" ? nullptr : before.c_str(), ERROR);
    return done;
}

void set_or_raise(const char *name, const char *value, std::string const &who, std::size_t statement) {
    try {
        (void) set(name, value, ERROR);
    } catch (pg::Error &error) {
        if (!error.must_propagate())
            error.set_hint("Statement " + std::to_string(statement) + " has set " + name +
                           (who.empty() ? "" : ", as role " + who) +
                           ", but this session may not: CALL it as a role that may, or undo what has run with CALL "
                           "migrator.rollback_each().");
        throw;
    }
}

// Sets it to the default that it had in the first session, unless this session has SET it or no session can. Settings
// of other contexts cannot be SET in a session at all.
void set_default(std::string const &name, std::string const &value) {
    const char *const text = name.c_str();
    struct config_generic const *const setting = pg::guarded([=] { return pg::find_setting(text); });
    if (setting && (setting->context == PGC_USERSET || setting->context == PGC_SUSET) &&
        setting->source != PGC_S_SESSION && current(text) != value)
        (void) set(text, value.c_str(), WARNING);
}

// `role` and `session_authorization` come last, because the role that they switch to may not be allowed to set the
// rest; only what could not be set without its rights comes after them. DISCARD ALL begins with session_authorization
// as well (DiscardAll()): ResetAllOptions() leaves out the two identities, which have GUC_NO_RESET_ALL.
void restore_settings(SessionChanges const &changes) {
    if (changes.all_discarded())
        (void) set("session_authorization", nullptr, ERROR);
    if (changes.all_discarded() || changes.all_reset())
        pg::guarded([] { ResetAllOptions(); });
    for (auto const &[name, unused] : changes.reset())
        (void) set(name.c_str(), nullptr, ERROR);
    for (auto const &[name, value] : changes.stays())
        if (changes.set().count(name) == 0)
            set_default(name, value);
    std::vector<std::string> later;
    for (auto const &[name, change] : changes.set())
        if (!is_identity_setting(name) && !set(name.c_str(), change.value.c_str(), silent) &&
            !set_as(change.role, name.c_str(), change.value.c_str()))
            later.push_back(name);
    for (const char *const name : {"session_authorization", "role"})
        if (auto const found = changes.set().find(name); found != changes.set().end())
            set_or_raise(name, found->second.value.c_str(), {}, found->second.statement);
    for (std::string const &name : later) {
        SessionChanges::Set const &change = changes.set().at(name);
        set_or_raise(name.c_str(), change.value.c_str(), change.role, change.statement);
    }
}

// The first element of session_changes is the version of its form, so that one with no more than that has no changes;
// it is NULL in a record of a release before 1.1.
struct RecordColumn {
    enum : int { session_changes, number };
};
Rows records_of(Step const &step) {
    std::vector<Value> ids(step.resume.ends.begin(), step.resume.ends.end());
    AsOwner const owner;
    return query("SELECT e.session_changes, u.number FROM unnest($1) WITH ORDINALITY u (id, number)"
                 " JOIN migrator.statement_entry e ON e.id = u.id"
                 " WHERE e.session_changes IS NULL OR cardinality(e.session_changes) > 1 ORDER BY u.number",
                 {Value::array(ids)}, Access::fresh);
}

// The effect of ALTER ROLE and the like has outlived that session; LISTEN and LOAD set nothing.
bool sets_something(Effect kind) {
    return kind == Effect::sets || kind == Effect::resets_all || kind == Effect::discards_all;
}

// Whether nothing that the earlier statement sets is left after the later one. RESET ALL does not undo SET ROLE or SET
// SESSION AUTHORIZATION (GUC_NO_RESET_ALL).
bool overrides(StatementEffect const &later, StatementEffect const &earlier) {
    if (later.kind == Effect::discards_all)
        return true;
    if (later.kind == Effect::resets_all)
        return earlier.kind == Effect::sets && !is_identity_setting(earlier.setting);
    return later.kind == Effect::sets && earlier.kind == Effect::sets && later.setting == earlier.setting;
}

// Errors of a statement that misses a temporary object, a prepared statement, a cursor, a sequence's currval(). They
// decide on a hint only, so that the list can be wide.
bool may_miss_something(int sqlstate) {
    switch (sqlstate) {
    case ERRCODE_UNDEFINED_TABLE:
    case ERRCODE_UNDEFINED_FUNCTION:
    case ERRCODE_UNDEFINED_OBJECT:
    case ERRCODE_UNDEFINED_PSTATEMENT:
    case ERRCODE_UNDEFINED_CURSOR:
    case ERRCODE_INVALID_SCHEMA_NAME:
    case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE: // currval()
        return true;
    default:
        return false;
    }
}

} // namespace

// Until ALTER EXTENSION UPDATE, tables of 1.0 have no column for the changes: then nothing is known about any
// statement, and its text has to tell.
ResumedSession::ResumedSession(Step const &step) {
    if (step.resume.ends.empty())
        return;
    if (!tables_have_session_changes()) {
        for (std::size_t i = 0; i < step.resume.done; ++i)
            unknown_.push_back(i);
        return;
    }
    Rows const rows = records_of(step);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const number = static_cast<std::size_t>(rows.bigint(i, RecordColumn::number));
        if (rows.is_null(i, RecordColumn::session_changes))
            unknown_.push_back(number - 1);
        else
            for (SessionChange const &change : from_record(rows.texts(i, RecordColumn::session_changes)))
                changes_.add(change, number);
    }
}

void ResumedSession::restore(RunContext &context, Step const &step, Execute const &execute) {
    execute_again(step, execute);
    BesideStatements const place(context.statements, step, "restoring the session of its first statements");
    restore_settings(changes_);
    if (!changes_.left().empty())
        pg::warning("the session in which the first " + std::to_string(step.resume.done) + " statements of migration " +
                    label(*step.migration) + " ran is gone, and with it what they left in it: " + lost());
}

// All of these come before restore_settings(): records without changes were written before the update, those with
// changes after it. One that a later statement overrides may fail.
void ResumedSession::execute_again(Step const &step, Execute const &execute) {
    std::vector<std::pair<std::size_t, StatementEffect>> again;
    for (std::size_t const index : unknown_) {
        pg::check_for_interrupts();
        StatementEffect effect =
            effect_of(step.statements[index].command, std::string(sql_of(step.body, step.statements[index])));
        if (sets_something(effect.kind))
            again.emplace_back(index, std::move(effect));
    }
    for (std::size_t i = 0; i < again.size(); ++i) {
        bool may_fail = false;
        for (std::size_t j = i + 1; j < again.size() && !may_fail; ++j)
            may_fail = overrides(again[j].second, again[i].second);
        (void) execute(again[i].first, may_fail);
    }
}

void restore_session_in_transaction(RunContext &context, Step const &step) {
    ResumedSession(step).restore(context, step, [&](std::size_t index, bool may_fail) {
        return run_or_undo([&] { context.statements.execute(step, index, Level::function); },
                           [&](AnyError const &error) {
                               if (!may_fail)
                                   throw; // cppcheck-suppress rethrowNoCurrentException
                               rethrow_failure(error);
                           });
    });
}

std::string ResumedSession::lost() const {
    std::string text;
    for (std::string const &objects : changes_.left())
        append_item(text, objects);
    return text;
}

void ResumedSession::keep_defaults() const {
    for (auto const &[name, value] : changes_.stays())
        set_default(name, value);
}

void ResumedSession::explain(Step const &step, pg::Error &error, std::optional<std::int32_t> number) const {
    bool const known = !changes_.left().empty();
    if (step.resume.done == 0 || *error.hint_text() || !may_miss_something(error.sqlstate()) ||
        (!known && unknown_.empty() && error.sqlstate() != ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE))
        return;
    error.set_hint("The session in which the first " + std::to_string(step.resume.done) + " statements ran is gone" +
                   (known ? ", and with it what they left in it: " + lost() : "") +
                   ". If that is the cause, add a statement that makes it again before statement " +
                   std::to_string(number.value_or(1)) + ", or CALL migrator.rollback_each() and start over.");
}

} // namespace mig::server
