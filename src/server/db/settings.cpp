#include "server/db/settings.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "server/db/untaken_settings.hpp"

#include <climits>

extern "C" {
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/varlena.h"
}

namespace mig::server::settings {

namespace {

struct Values {
    int lock_wait = 10000, lock_timeout = 5000, lock_retries = 3, statement_timeout = 0;
    int max_rewrite_size = -1, max_lock_hold = 0;
    int rehearse_lock_timeout = 1000, rehearse_timeout = 300000;
    int order = static_cast<int>(OutOfOrder::error), hazards = static_cast<int>(OnHazard::warn),
        conflicts = static_cast<int>(OnConflict::warn);
    int rehearsal_errors = static_cast<int>(RehearsalErrors::report);
    bool all_locks = false;
    bool lock_timeout_chosen = false; // set for a run only
};
Values now;              // the variables that the server sets
Values at_start;         // their values when the run began
bool running = false;    // a run is in progress
struct config_generic const *lock_timeout_setting = nullptr;
char *loaders = nullptr; // not fixed for a run, as only superusers can set it

Values const &in_force() noexcept { return running ? at_start : now; }

const config_enum_entry order_words[] = {
    {"error", static_cast<int>(OutOfOrder::error), false},
    {"warn", static_cast<int>(OutOfOrder::warn), false},
    {"allow", static_cast<int>(OutOfOrder::allow), false},
    {nullptr, 0, false},
};

const config_enum_entry hazard_words[] = {
    {"ignore", static_cast<int>(OnHazard::ignore), false},
    {"warn", static_cast<int>(OnHazard::warn), false},
    {"error", static_cast<int>(OnHazard::error), false},
    {nullptr, 0, false},
};
const config_enum_entry conflict_words[] = {
    {"ignore", static_cast<int>(OnConflict::ignore), false},
    {"warn", static_cast<int>(OnConflict::warn), false},
    {"error", static_cast<int>(OnConflict::error), false},
    {nullptr, 0, false},
};

const config_enum_entry rehearsal_error_words[] = {
    {"report", static_cast<int>(RehearsalErrors::report), false},
    {"raise", static_cast<int>(RehearsalErrors::raise), false},
    {nullptr, 0, false},
};

// Checks the syntax only. A role that does not exist is no error: settings are restored before roles, and roles can be
// dropped.
bool check_loaders(char **value, void **, GucSource) {
    char *const text = pstrdup(*value);
    List *names = NIL;
    bool const valid = SplitIdentifierString(text, ',', &names);
    list_free(names);
    pfree(text);
    if (!valid)
        GUC_check_errdetail("It must be a list of role names.");
    return valid;
}

struct Names {
    const char *const *values;
    int count;
};

Names split(const char *text) {
    List *names = NIL;
    (void) SplitIdentifierString(pstrdup(text), ',', &names); // a copy, which it overwrites
    auto **const values = static_cast<const char **>(palloc(sizeof(char *) * (list_length(names) + 1)));
    for (int i = 0; i < list_length(names); ++i)
        values[i] = static_cast<const char *>(list_nth(names, i));
    return {values, list_length(names)};
}

bool is_chosen(struct config_generic const *setting) noexcept {
    return setting && setting->source > PGC_S_DYNAMIC_DEFAULT;
}

} // namespace

void define() {
    pg::guarded([] {
        untaken_settings::remember_placeholders_pg(); // before the definitions replace them
        DefineCustomIntVariable("migrator.lock_wait", "How long a run waits for another one to end.",
                                "0 refuses at once, with SQLSTATE 55P03.", &now.lock_wait, now.lock_wait, 0, INT_MAX,
                                PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr, nullptr);
        DefineCustomIntVariable("migrator.lock_timeout", "How long a statement of a migration waits for each lock.",
                                "The default gives way to a lock_timeout of the session. -1 leaves that alone in any "
                                "case; 0 waits without limit.", &now.lock_timeout,
                                now.lock_timeout, -1, INT_MAX, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr, nullptr);
        DefineCustomIntVariable("migrator.lock_retries",
                                "How often apply_each() retries a migration that did not get a lock in time.",
                                "It waits longer before each retry, holding no lock.", &now.lock_retries,
                                now.lock_retries, 0, 1000, PGC_USERSET, 0, nullptr, nullptr, nullptr);
        DefineCustomIntVariable("migrator.statement_timeout", "How long each statement of a migration may take.",
                                "0 is no limit. The session's statement_timeout bounds the whole call.",
                                &now.statement_timeout, now.statement_timeout, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
                                nullptr, nullptr, nullptr);
        DefineCustomIntVariable("migrator.rehearse_lock_timeout",
                                "How long a statement of a rehearsal or dry run waits for each lock at most.",
                                "0 leaves it to lock_timeout and migrator.lock_timeout.", &now.rehearse_lock_timeout,
                                now.rehearse_lock_timeout, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr,
                                nullptr);
        DefineCustomIntVariable("migrator.rehearse_timeout", "How long a rehearsal or dry run may take in all.",
                                "0 is no limit. It keeps the locks that its statements take until its end.",
                                &now.rehearse_timeout, now.rehearse_timeout, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
                                nullptr, nullptr, nullptr);
        DefineCustomBoolVariable("migrator.rehearse_all_locks",
                                 "Whether rehearse() also shows the locks on indexes, TOAST tables and catalogs.",
                                 nullptr, &now.all_locks, now.all_locks, PGC_USERSET, 0, nullptr, nullptr, nullptr);
        DefineCustomIntVariable(
            "migrator.max_rewrite_size", "The largest table that a statement of a migration may rewrite.",
            "A larger one is refused before its first byte is written. -1 is no limit.", &now.max_rewrite_size,
            now.max_rewrite_size, -1, MAX_KILOBYTES, PGC_USERSET, GUC_UNIT_KB, nullptr, nullptr, nullptr);
        DefineCustomIntVariable(
            "migrator.max_lock_hold", "How long a migration may keep others from a table that existed before.",
            "It is rolled back when it has held a lock that blocks reads or writes for that long. "
            "0 is no limit.",
            &now.max_lock_hold, now.max_lock_hold, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, nullptr, nullptr, nullptr);
        DefineCustomEnumVariable(
            "migrator.out_of_order", "What happens to a pending migration that is older than the newest applied one.",
            nullptr, &now.order, now.order, order_words, PGC_USERSET, 0, nullptr, nullptr, nullptr);
        DefineCustomEnumVariable("migrator.on_hazard",
                                 "What apply() and apply_each() do about the warnings and errors of lint().",
                                 "ignore does not check; error refuses the run, with SQLSTATE MG010.", &now.hazards,
                                 now.hazards, hazard_words, PGC_USERSET, 0, nullptr, nullptr, nullptr);
        DefineCustomEnumVariable(
            "migrator.on_conflict", "What report(), apply() and apply_each() do about conflicts between migrations.",
            "ignore: nothing; warn: report() lists them; error: apply() and apply_each() rehearse first, and refuse "
            "the "
            "run, with SQLSTATE MG016.",
            &now.conflicts, now.conflicts, conflict_words, PGC_USERSET, 0, nullptr, nullptr, nullptr);
        DefineCustomEnumVariable(
            "migrator.rehearsal_errors", "What rehearse() and a dry run do about a migration that fails.",
            "report returns it as a row; raise ends the call with the error of the migration.", &now.rehearsal_errors,
            now.rehearsal_errors, rehearsal_error_words, PGC_USERSET, 0, nullptr, nullptr, nullptr);
        DefineCustomStringVariable("migrator.trusted_loaders",
                                   "Roles whose migrations a superuser runs although they are not superusers.",
                                   "A list of names; * is everybody. Those of others are refused, with SQLSTATE MG013.",
                                   &loaders, "", PGC_SUSET, GUC_LIST_INPUT, check_loaders, nullptr, nullptr);
        lock_timeout_setting = pg::find_setting("migrator.lock_timeout");
        MarkGUCPrefixReserved("migrator"); // removes placeholders of unknown names, with a WARNING
    });
}

// A body can SET any of these (PGC_USERSET), and none of them may change how the rest of the run goes.
HeldForRun::HeldForRun() noexcept : outer_(running) {
    if (!outer_) {
        at_start = now;
        at_start.lock_timeout_chosen = is_chosen(lock_timeout_setting);
    }
    running = true;
}

HeldForRun::~HeldForRun() { running = outer_; }

int lock_wait_ms() noexcept { return in_force().lock_wait; }
int lock_timeout_ms() noexcept { return in_force().lock_timeout; }
bool lock_timeout_is_chosen() noexcept {
    return running ? at_start.lock_timeout_chosen : is_chosen(lock_timeout_setting);
}
int lock_retries() noexcept { return in_force().lock_retries; }
int statement_timeout_ms() noexcept { return in_force().statement_timeout; }
int rehearse_lock_timeout_ms() noexcept { return in_force().rehearse_lock_timeout; }
int rehearse_timeout_ms() noexcept { return in_force().rehearse_timeout; }
bool rehearse_all_locks() noexcept { return in_force().all_locks; }
RehearsalErrors rehearsal_errors() noexcept { return static_cast<RehearsalErrors>(in_force().rehearsal_errors); }
int max_rewrite_kb() noexcept { return in_force().max_rewrite_size; }
int max_lock_hold_ms() noexcept { return in_force().max_lock_hold; }
OutOfOrder out_of_order() noexcept { return static_cast<OutOfOrder>(in_force().order); }
OnHazard on_hazard() noexcept { return static_cast<OnHazard>(in_force().hazards); }
OnConflict on_conflict() noexcept { return static_cast<OnConflict>(in_force().conflicts); }

std::vector<std::string> trusted_loaders() {
    if (!loaders || !*loaders)
        return {};
    Names const names = pg::guarded([] { return split(loaders); });
    return {names.values, names.values + names.count};
}

} // namespace mig::server::settings
