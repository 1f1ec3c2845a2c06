// What the session has SET, to put it back after statements that commit: a commit keeps a plain SET, and ends every
// nest level of settings.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

class SessionSettings {
  public:
    SessionSettings();
    // In a transaction, which the caller commits. Also after RESET ALL and DISCARD ALL. What cannot be put back is a
    // WARNING; the others are.
    void restore();

  private:
    struct Setting {
        std::string name, value;
    };
    static std::vector<Setting> session_settings();
    void restore(std::vector<Setting> const &now, std::string const &name) const;

    std::vector<Setting> const before_;
};

} // namespace mig::server
