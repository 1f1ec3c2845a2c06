#include "bridge/hooks.hpp"

#include "bridge/boundary.hpp"
#include "bridge/compat.hpp"

#include <cstring>

extern "C" {
#include "executor/executor.h"
#include "optimizer/planner.h"
}

namespace mig::pg {

namespace {

// Static, as hooks carry no state of their own.
Watcher const *const *first = nullptr, *const *last = nullptr;
ProcessUtility_hook_type next_utility = nullptr;
object_access_hook_type next_access = nullptr;
planner_hook_type next_planner = nullptr;
ExecutorCheckPerms_hook_type next_check = nullptr;
needs_fmgr_hook_type next_set_up = nullptr;
fmgr_hook_type next_call = nullptr;
emit_log_hook_type next_log = nullptr;

// Whether a watcher that has this function is on. Asked outside of the boundary, which costs more.
template <auto Function>
bool watched() noexcept {
    for (auto watcher = first; watcher != last; ++watcher)
        if ((*watcher)->*Function && (*watcher)->on())
            return true;
    return false;
}

// Within the boundary. Asks each watcher again, as one may turn another one on, or itself off.
template <auto Function, class... Args>
void notify(Args... args) {
    for (auto watcher = first; watcher != last; ++watcher)
        if ((*watcher)->*Function && (*watcher)->on())
            ((*watcher)->*Function)(args...);
}

void notify_begin(Utility const *utility) { notify<&Watcher::utility_begins, Utility const &>(*utility); }
void notify_end(Utility const *utility) { notify<&Watcher::utility_ended, Utility const &>(*utility); }
void notify_access(ObjectAccess const *access) { notify<&Watcher::object_accessed, ObjectAccess const &>(*access); }

// True: a watcher has executed the statement.
bool intercept_utility(Utility *utility) {
    for (auto watcher = first; watcher != last; ++watcher)
        if ((*watcher)->intercept_utility && (*watcher)->on() && (*watcher)->intercept_utility(*utility))
            return true;
    return false;
}

bool set_up(Oid function) {
    bool needed = false;
    for (auto watcher = first; watcher != last; ++watcher)
        if ((*watcher)->function_set_up && (*watcher)->on())
            needed = (*watcher)->function_set_up(function) || needed;
    return needed;
}

// --- the hooks: their frames hold no C++ object, as an ERROR of the server may pass through them ---------------------

void on_utility(PlannedStmt *plan, const char *sql, bool read_only_tree, ProcessUtilityContext context,
                ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
                QueryCompletion *completion) {
    Utility call{plan, sql, read_only_tree, context, parameters, environment, receiver, completion, false};
    if (watched<&Watcher::utility_begins>())
        boundary<notify_begin>(&std::as_const(call));
    bool const done = watched<&Watcher::intercept_utility>() && boundary<intercept_utility>(&call);
    if (!done) {
        auto *const next = next_utility && !call.bypass_other_hooks ? next_utility : standard_ProcessUtility;
        next(plan, sql, read_only_tree, call.context, parameters, environment, receiver, completion);
    }
    if (watched<&Watcher::utility_ended>())
        boundary<notify_end>(&std::as_const(call));
}

void on_access(ObjectAccessType kind, Oid class_id, Oid object, int sub_id, void *argument) {
    if (watched<&Watcher::object_accessed>()) {
        ObjectAccess const access{kind, class_id, object, sub_id};
        boundary<notify_access>(&access);
    }
    if (next_access)
        next_access(kind, class_id, object, sub_id, argument);
}

PlannedStmt *on_plan(MIG_PLANNER_PARAMETERS) {
    if (watched<&Watcher::planning_begins>())
        boundary<notify<&Watcher::planning_begins, Query *, ParamListInfo>>(query, parameters);
    return next_planner ? next_planner(MIG_PLANNER_ARGUMENTS) : standard_planner(MIG_PLANNER_ARGUMENTS);
}

bool on_check(MIG_CHECK_PERMISSIONS_PARAMETERS) {
    if (watched<&Watcher::permission_check_begins>())
        boundary<notify<&Watcher::permission_check_begins, List *>>(needs);
    return next_check ? next_check(MIG_CHECK_PERMISSIONS_ARGUMENTS) : true;
}

// Ours is asked first, whatever the others would answer: a watcher may refuse the function.
bool on_set_up(Oid function) {
    bool const needed = watched<&Watcher::function_set_up>() && boundary<set_up>(function);
    return (next_set_up && next_set_up(function)) || needed;
}

void on_call(FmgrHookEventType event, FmgrInfo *function, Datum *argument) {
    if (event == FHET_START && watched<&Watcher::function_call_begins>())
        boundary<notify<&Watcher::function_call_begins, Oid>>(function->fn_oid);
    if (next_call)
        next_call(event, function, argument);
}

// Of all messages, which may come from anywhere, only those of ProcSleep() get to a watcher.
bool is_about_lock_wait(ErrorData const *message) {
    constexpr const char *beginning = "process %d ", *middle = " %s on %s ", *end = "after %ld.%03d ms";
    const char *const id = message->message_id;
    return message->elevel == LOG && id && strncmp(id, beginning, strlen(beginning)) == 0 && strstr(id, middle) &&
           strstr(id, end);
}

void on_log(ErrorData *message) {
    if (watched<&Watcher::lock_wait_logged>() && is_about_lock_wait(message))
        boundary<notify<&Watcher::lock_wait_logged, ErrorData *>>(message);
    if (next_log && message->output_to_server)
        next_log(message);
}

template <class Hook>
void chain(Hook &hook, Hook &next, Hook own) {
    next = hook;
    hook = own;
}

} // namespace

void install_hooks(Watcher const *const *watchers, std::size_t count) {
    first = watchers;
    last = watchers + count;
    for (auto watcher = first; watcher != last; ++watcher)
        if ((*watcher)->install)
            (*watcher)->install();
    chain(ProcessUtility_hook, next_utility, &on_utility);
    chain(object_access_hook, next_access, &on_access);
    chain(planner_hook, next_planner, &on_plan);
    chain(ExecutorCheckPerms_hook, next_check, &on_check);
    chain(needs_fmgr_hook, next_set_up, &on_set_up);
    chain(fmgr_hook, next_call, &on_call);
    chain(emit_log_hook, next_log, &on_log);
}

} // namespace mig::pg
