#include "server/session/session_settings.hpp"

#include "bridge/compat.hpp"
#include "bridge/report.hpp"

#include <cstring>

extern "C" {
#include "utils/guc.h"
#include "utils/guc_tables.h"
}

namespace mig::server {

namespace {

// GetConfigOption() prints a real number by %g, with only six digits, too few to restore it exactly.
std::string value_of(struct config_generic const *setting) {
    switch (setting->vartype) {
    case PGC_BOOL:
        return *pg::typed_setting<config_bool>(setting)->variable ? "on" : "off";
    case PGC_INT:
        return std::to_string(*pg::typed_setting<config_int>(setting)->variable);
    case PGC_REAL: {
        char text[64];
        snprintf(text, sizeof text, "%.17g", *pg::typed_setting<config_real>(setting)->variable);
        return text;
    }
    case PGC_STRING: {
        const char *const text = *pg::typed_setting<config_string>(setting)->variable;
        return text ? text : "";
    }
    case PGC_ENUM: {
        auto const *choice = pg::typed_setting<config_enum>(setting);
        for (const struct config_enum_entry *entry = choice->options; entry->name; ++entry)
            if (entry->val == *choice->variable)
                return entry->name;
        break;
    }
    }
    return {};
}

// To the value at the start of the session. With all rights, since RESET ALL lets everybody do that.
void reset(const char *name) {
    (void) set_config_option(name, nullptr, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
}

} // namespace

// By their whole names: transaction_timeout, since 17, is a setting of the session.
bool is_transaction_setting(const char *name) noexcept {
    for (const char *const known : {"transaction_isolation", "transaction_read_only", "transaction_deferrable"})
        if (std::strcmp(name, known) == 0)
            return true;
    return false;
}

// Only PGC_S_SESSION: what came with the connection or from a file is what RESET goes back to.
SessionSettings::Settings SessionSettings::session_settings() {
    Settings settings;
    int count = 0;
    struct config_generic **const all = pg::guarded([&] { return pg::settings(&count); });
    for (int i = 0; i < count; ++i)
        if (all[i]->source == PGC_S_SESSION && !is_transaction_setting(all[i]->name))
            settings.insert(
                {all[i]->name,
                 {value_of(all[i]), all[i]->scontext, all[i]->srole, (all[i]->flags & GUC_CUSTOM_PLACEHOLDER) != 0}});
    return settings;
}

// With the rights of the role that had set it, as the server itself does when a library defines a setting that was a
// placeholder. If it rejects the placeholder's value then, it warns about that itself: we do not repeat it (DEBUG1).
void SessionSettings::set(std::string const &variable, Setting const &setting) {
    const char *const name = variable.c_str(), *const value = setting.value.c_str();
    GucContext const rights = setting.rights;
    Oid const role = setting.role;
    int const level = setting.placeholder ? DEBUG1 : 0;
    pg::guarded([=] {
        (void) set_config_option_ext(name, value, rights, PGC_S_SESSION, role, GUC_ACTION_SET, true, level, false);
    });
}

SessionSettings::SessionSettings() : before_(session_settings()) {}

void SessionSettings::restore() {
    // The role comes first: the one that a migration has assumed may not be allowed to set the rest.
    for (const char *name : {"session_authorization", "role"})
        restore(session_settings(), name);
    Settings const now = session_settings();
    for (auto const &[name, setting] : before_)
        restore(now, name);
    for (auto const &[name, setting] : now)
        if (before_.count(name) == 0)
            restore(now, name);
}

void SessionSettings::restore(Settings const &now, std::string const &name) const {
    auto const find = [&](Settings const &settings) {
        auto const found = settings.find(name);
        return found == settings.end() ? nullptr : &found->second;
    };
    Setting const *const was = find(before_), *const is = find(now);
    if ((!was && !is) || (was && is && was->value == is->value))
        return;
    const char *const variable = name.c_str();
    try {
        was ? set(name, *was) : pg::call<reset>(variable);
    } catch (pg::Error const &error) {
        if (error.must_propagate())
            throw;
        pg::warning("the setting " + name + " could not be restored: " + error.what());
    }
}

} // namespace mig::server
