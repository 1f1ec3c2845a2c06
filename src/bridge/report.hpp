// Messages to the client and to the log, and the CONTEXT of messages and errors.
#pragma once

#include "bridge/guard.hpp"

namespace mig::pg {

void notice(std::string const &message);
void notice(std::string const &message, std::string const &detail, std::string const &hint); // empty: none
void warning(std::string const &message);
void warning(std::string const &message, std::string const &hint);
void warning(std::string const &message, std::string const &detail, std::string const &hint);
// A LOG line like those of the setting log_statement. May raise an ERROR: call it inside guarded().
void log_statement(const char *sql, const char *where);
// A LOG line for a statement that is missing in the audit log of pgaudit. May raise an ERROR likewise.
void log_unaudited(const char *sql);

// A frame of the server's error context stack. While it lives, whatever is raised gets `line` as CONTEXT, and a
// position in `source` is shown against that text instead of the client's query.
class [[nodiscard]] ContextFrame {
  public:
    ContextFrame();
    ~ContextFrame();
    ContextFrame(ContextFrame const &) = delete;
    ContextFrame &operator=(ContextFrame const &) = delete;

    // Both must stay alive while they are set; null: none.
    void set(const char *line, const char *source) noexcept {
        line_ = line;
        source_ = source;
    }

  private:
    static void callback(void *self);
    ErrorContextCallback frame_;
    const char *line_ = nullptr, *source_ = nullptr;
};

} // namespace mig::pg
