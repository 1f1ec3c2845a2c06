// Messages to the client and to the log, and the CONTEXT of what is raised meanwhile.
#pragma once

#include "bridge/guard.hpp"

namespace mig::pg {

void notice(std::string const &message);
void warning(std::string const &message);
void warning(std::string const &message, std::string const &hint);
// As the setting log_statement has it: a LOG line. Raises ERRORs as the server does: call it inside guarded().
void log_statement(const char *sql, const char *where);
// Beside an audit log that has no line of it. Raises ERRORs likewise.
void log_unaudited(const char *sql);

// A frame of the server's error context stack. While it lives, whatever is raised gets `line()` as CONTEXT, and a
// position that points into `source` is shown against that text instead of against the client's query.
class [[nodiscard]] ContextFrame {
  public:
    ContextFrame();
    ~ContextFrame();
    ContextFrame(ContextFrame const &) = delete;
    ContextFrame &operator=(ContextFrame const &) = delete;

    // Both must outlive their use; null: none.
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
