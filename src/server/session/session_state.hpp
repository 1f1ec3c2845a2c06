// What the statements of a migration that runs statement by statement leave set in the session: noted with the record
// of each, so that a run that goes on in another session can put it back without executing any of them again.
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

    // What is otherwise than at the last call, as it will be when the open transaction has committed. Outside of
    // subtransactions and of AsOwner. `may_have_committed`: the statement may have ended transactions by itself.
    std::vector<SessionChange> changes(StatementEffect const &effect, bool may_have_committed);
    void committed(); // what changes() told is on record
    void rolled_back();

  private:
    struct Setting {
        std::string value;
        Oid role; // that set it
        bool operator==(Setting const &other) const { return value == other.value && role == other.role; }
    };
    void look(std::vector<SessionChange> &changes, config_generic const *setting);
    void look_at_what_is_left(std::vector<SessionChange> &changes, bool listens);
    void note(std::string const &name, std::optional<Setting> const &value);

    ScratchMemory const scratch_{"migrator settings"};
    std::map<std::string, Setting> settings_; // that the session has set
    std::vector<std::pair<std::string, std::optional<Setting>>> before_; // for rolled_back(), the newest last
    std::set<std::string> left_, left_before_;
    bool const had_temporary_;
};

} // namespace mig::server
