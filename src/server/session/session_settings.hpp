// What the session has SET, to put it back after statements that commit: a commit keeps a plain SET, and ends every
// nest level of settings.
#pragma once

#include "bridge/guard.hpp"

#include <map>
#include <string>

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
        std::string value;
        GucContext rights; // it was set with
        Oid role;          // that set it
        bool placeholder;  // no library has defined it yet
    };
    using Settings = std::map<std::string, Setting>; // by name
    static void set(std::string const &name, Setting const &setting);
    static Settings session_settings();
    void restore(Settings const &now, std::string const &name) const;

    Settings const before_;
};

} // namespace mig::server
