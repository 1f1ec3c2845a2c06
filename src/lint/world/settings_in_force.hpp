// The settings that a pending statement will find: those of the session that will run the migrations, and on top of
// them what the migration's earlier statements SET. Nothing that a body sets outlives its migration, as the run
// restores the session after each (SettingsScope, SessionSettings).
#pragma once

#include "bridge/postgres.hpp"
#include "core/migration/directives.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

class SettingsInForce {
  public:
    // While the caller is still the current user, and before anything of lint() changes a setting for itself.
    SettingsInForce();

    // The session as the run hands it to a migration: the caller's, with the migration's limit on waits for locks.
    void begin_migration(Directives const &directives);
    // What SET LOCAL has set is gone.
    void begin_transaction() { local_.clear(); }
    // SET, RESET, SELECT set_config(...), DISCARD ALL. False: the statement sets nothing.
    bool apply(Node *statement);

    // Nothing: there is no such setting, or the value is computed by the migration.
    std::optional<std::string> value(const char *name) const;
    bool is(const char *name, const char *expected) const;
    // The current user. InvalidOid: a role that does not exist yet.
    Oid role() const;
    // In ms; 0: no limit. Nothing: not known.
    std::optional<int> lock_timeout_ms() const;
    // Of those that decide what a constant or a cast means, the ones that the migration has changed: name and value.
    std::vector<std::pair<const char *, std::string>> changed_for_analysis() const;

  private:
    using Values = std::map<std::string, std::optional<std::string>>; // by name in lower case

    void set(std::string const &name, std::optional<std::string> value, bool local);
    void reset(std::string const &name, bool local);
    void reset_all();
    void set_by_call(FuncCall const &call);
    std::optional<std::string> const *changed(std::string const &name) const;

    Oid const caller_;
    std::string const callers_path_;
    Values session_, local_;
    mutable Values callers_; // that were asked for: the caller's session stays as it is
    bool all_reset_ = false; // RESET ALL: what is in neither map is as at the start of the session
};

} // namespace mig::server::lint
