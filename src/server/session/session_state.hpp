// What the statements of a migration that runs statement by statement leave set in the session: recorded with each of
// them, so that a run that resumes in another session can restore it without executing any of them again.
#pragma once

#include "core/migration/session_change.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/parse/statement_effect.hpp"

#include <map>
#include <set>

struct config_generic; // of the server

namespace mig::server {

class SessionState {
  public:
    SessionState(); // notes what is set now

    // What has changed since the last call, as it will be once the open transaction has committed. Not in a
    // subtransaction, nor under AsOwner. `may_have_committed`: the statement may have ended transactions itself.
    std::vector<SessionChange> changes(StatementEffect const &effect, bool may_have_committed);
    void committed(); // what changes() returned is on record
    void rolled_back();

  private:
    struct Setting {
        std::string value;
        Oid role; // that set it
        bool operator==(Setting const &other) const { return value == other.value && role == other.role; }
    };
    void check_setting(std::vector<SessionChange> &changes, config_generic const *setting);
    void check_leftovers(std::vector<SessionChange> &changes, bool listens);
    void note(std::string const &name, std::optional<Setting> const &value);

    ScratchMemory const scratch_{"migrator settings"};
    std::map<std::string, Setting> settings_; // that the session has set
    std::vector<std::pair<std::string, std::optional<Setting>>> before_; // for rolled_back(), the newest last
    std::set<std::string> left_, left_before_;
    bool const had_temporary_;
};

} // namespace mig::server
