// What the session has SET, to put it back after statements that commit: a commit keeps a plain SET, and ends every
// nest level of settings.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "utils/guc.h"
}

namespace mig::server {

class SessionSettings {
  public:
    SessionSettings();
    // In a transaction, which the caller commits. Also after RESET ALL and DISCARD ALL. Each with the rights of whoever
    // had set it. What cannot be put back is a WARNING; the others are.
    void restore();

  private:
    struct Setting {
        std::string name, value;
        GucContext rights; // it was set with
        Oid role;          // that set it
        bool placeholder;  // no library has defined it yet
    };
    static void set(Setting const &setting);
    static std::vector<Setting> session_settings();
    void restore(std::vector<Setting> const &now, std::string const &name) const;

    std::vector<Setting> const before_;
};

} // namespace mig::server
