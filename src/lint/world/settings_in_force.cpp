#include "lint/world/settings_in_force.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "core/text/text.hpp"
#include "lint/world/calls.hpp"
#include "server/db/subtransaction.hpp"
#include "server/lock/lock_limit.hpp"
#include "server/parse/tree.hpp"

#include <cstring>

extern "C" {
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
}

namespace mig::server::lint {

namespace {

// All of them PGC_USERSET, and without effects beyond what the names say: lint() sets them for itself.
constexpr const char *for_analysis[] = {"timezone", "datestyle", "intervalstyle", "transform_null_equals"};

// As SET stores it; null for RESET. A list is quoted as its setting wants it (flatten_set_variable_args()).
const char *written_value(VariableSetStmt *statement) { return ExtractSetVariableArgs(statement); }

const char *current_value(const char *name) {
    return pg::find_setting(name) ? GetConfigOption(name, true, false) : nullptr;
}

const char *value_at_start(const char *name) {
    return pg::find_setting(name) ? GetConfigOptionResetString(name) : nullptr;
}

std::optional<std::string> text_or_nothing(const char *text) {
    return text ? std::optional<std::string>(text) : std::nullopt;
}

bool is_null(Node const *node) {
    auto const *constant = MIG_AS(A_Const, node);
    return constant && constant->isnull;
}

bool is_true(Node const *node) {
    auto const *constant = MIG_AS(A_Const, node);
    if (constant)
        return !constant->isnull && IsA(&constant->val, Boolean) && constant->val.boolval.boolval;
    auto const *cast = MIG_AS(TypeCast, node); // 't'::boolean
    const char *const text = cast ? string_constant(cast->arg) : nullptr;
    return text && (*text == 't' || *text == 'T' || std::strcmp(text, "1") == 0 || std::strcmp(text, "on") == 0);
}

// 'x', or 'x'::text
const char *text_constant(Node const *node) {
    auto const *cast = MIG_AS(TypeCast, node);
    return string_constant(cast ? cast->arg : node);
}

} // namespace

SettingsInForce::SettingsInForce() : caller_(GetUserId()), callers_path_(namespace_search_path) {}

void SettingsInForce::begin_migration(Directives const &directives) {
    session_.clear();
    local_.clear();
    all_reset_ = false;
    if (std::optional<int> const limit = lock_limit_ms(directives))
        session_["lock_timeout"] = std::to_string(*limit);
}

bool SettingsInForce::apply(Node *statement) {
    if (auto *const variable = MIG_AS(VariableSetStmt, statement)) {
        if (variable->kind == VAR_RESET_ALL) {
            reset_all();
            return true;
        }
        if (variable->kind == VAR_SET_MULTI) // of the transaction, or of transactions to come
            return false;
        std::string const name = lower_case(variable->name);
        if (variable->kind == VAR_SET_CURRENT) {
            std::optional<std::string> current;
            (void) run_or_undo([&] { current = value(name.c_str()); }, rethrow_failure);
            set(name, std::move(current), variable->is_local);
        } else if (variable->kind == VAR_SET_VALUE) {
            auto *const written = const_cast<VariableSetStmt *>(variable);
            std::optional<std::string> text;
            if (run_or_undo([&] { text = text_or_nothing(pg::call<written_value>(written)); }, rethrow_failure))
                set(name, std::move(text), variable->is_local);
        } else {
            reset(name, variable->is_local);
        }
        return true;
    }
    if (auto const *discard = MIG_AS(DiscardStmt, statement)) {
        if (discard->target != DISCARD_ALL)
            return false;
        reset_all();
        reset("session_authorization", false); // which makes that role the current one, too
        return true;
    }
    if (!MIG_AS(SelectStmt, statement))
        return false;
    std::vector<FuncCall const *> calls; // the walk may find the tree too deep
    (void) run_or_undo([&] { calls = calls_in(statement); }, rethrow_failure);
    bool found = false;
    for (FuncCall const *const call : calls)
        if (list_length(call->args) == 3 && std::strcmp(strVal(llast(call->funcname)), "set_config") == 0) {
            set_by_call(*call);
            found = true;
        }
    return found;
}

// What other expressions than constants give is known only when they are computed.
void SettingsInForce::set_by_call(FuncCall const &call) {
    const char *const name = text_constant(static_cast<Node const *>(linitial(call.args)));
    if (!name)
        return;
    auto const *const given = static_cast<Node const *>(lsecond(call.args));
    bool const local = is_true(static_cast<Node const *>(lthird(call.args)));
    if (is_null(given))
        reset(lower_case(name), local);
    else
        set(lower_case(name), text_or_nothing(text_constant(given)), local);
}

void SettingsInForce::set(std::string const &name, std::optional<std::string> value, bool local) {
    local_.erase(name);
    // Whoever becomes another session user has no other current role any more (SetSessionUserId()).
    if (name == "session_authorization") {
        local_.erase("role");
        session_.erase("role");
    }
    (local ? local_ : session_)[name] = std::move(value);
}

void SettingsInForce::reset(std::string const &name, bool local) {
    const char *const text = name.c_str();
    std::optional<std::string> start;
    (void) run_or_undo([&] { start = text_or_nothing(pg::call<value_at_start>(text)); }, rethrow_failure);
    set(name, std::move(start), local);
}

// ResetAllOptions() leaves out what is GUC_NO_RESET_ALL, among them who one is.
void SettingsInForce::reset_all() {
    for (Values *const values : {&session_, &local_})
        for (auto next = values->begin(); next != values->end();)
            next =
                next->first == "role" || next->first == "session_authorization" ? std::next(next) : values->erase(next);
    all_reset_ = true;
}

std::optional<std::string> const *SettingsInForce::changed(std::string const &name) const {
    for (Values const *const values : {&local_, &session_})
        if (auto const found = values->find(name); found != values->end())
            return &found->second;
    return nullptr;
}

std::optional<std::string> SettingsInForce::value(const char *name) const {
    if (std::optional<std::string> const *const known = changed(lower_case(name)))
        return *known;
    if (all_reset_)
        return text_or_nothing(pg::call<value_at_start>(name));
    // lint() has a search_path of its own, as the extension's owner.
    if (std::strcmp(name, "search_path") == 0)
        return callers_path_;
    auto const [known, inserted] = callers_.try_emplace(name);
    if (inserted)
        known->second = text_or_nothing(pg::call<current_value>(name));
    return known->second;
}

bool SettingsInForce::is(const char *name, const char *expected) const {
    std::optional<std::string> const text = value(name);
    return text && pg_strcasecmp(text->c_str(), expected) == 0;
}

Oid SettingsInForce::role() const {
    auto const oid_of = [](std::string const &name) {
        const char *const text = name.c_str();
        return pg::guarded([=] { return get_role_oid(text, true); });
    };
    std::optional<std::string> const *const role = changed("role");
    if (role && *role && **role != "none")
        return oid_of(**role);
    std::optional<std::string> const *const session = changed("session_authorization");
    if (session)
        return *session ? oid_of(**session) : InvalidOid;
    return !role ? caller_ : *role ? GetSessionUserId() : InvalidOid;
}

std::optional<int> SettingsInForce::lock_timeout_ms() const {
    std::optional<std::string> const text = value("lock_timeout");
    int ms = 0;
    if (!text)
        return std::nullopt;
    const char *const written = text->c_str();
    int *const result = &ms;
    return pg::guarded([=] { return parse_int(written, result, GUC_UNIT_MS, nullptr); }) ? std::optional<int>(ms)
                                                                                         : std::nullopt;
}

std::vector<std::pair<const char *, std::string>> SettingsInForce::changed_for_analysis() const {
    std::vector<std::pair<const char *, std::string>> result;
    if (session_.empty() && local_.empty() && !all_reset_)
        return result;
    for (const char *const name : for_analysis)
        if (all_reset_ || changed(name))
            if (std::optional<std::string> text = value(name))
                result.emplace_back(name, std::move(*text));
    return result;
}

} // namespace mig::server::lint
