// What the session has SET, to restore it after statements that commit: a commit keeps a plain SET, and ends every nest
// level of settings.
#pragma once

#include "bridge/guard.hpp"

#include <map>
#include <string>

extern "C" {
#include "utils/guc.h"
}

namespace mig::server {

// transaction_isolation and the like: settings of the current transaction, not of the session.
bool is_transaction_setting(const char *name) noexcept;

class SessionSettings {
  public:
    SessionSettings();
    // In a transaction, which the caller commits. Works after RESET ALL and DISCARD ALL, too. Each setting is restored
    // with the rights of the role that had set it. One that cannot be restored raises a WARNING, and the others are
    // restored.
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
