// Runs a statement as if the client had sent it, although the client's statement is the CALL that runs it. pgaudit
// keeps a stack of the statements that are running and raises an ERROR if one at top level begins within another. So
// with pgaudit in place the statement runs below top level, and is raised to it where pgaudit does not see that.
#pragma once

#include "bridge/hooks.hpp"

extern "C" {
#include "tcop/cmdtag.h"
#include "utils/portal.h"
}

namespace mig::server::top_level {

extern pg::Watcher const watcher;

// The scope of run(): forgets the statement even if it raises an ERROR.
class [[nodiscard]] Passage {
  public:
    Passage() = default;
    ~Passage();
    Passage(Passage const &) = delete;
    Passage &operator=(Passage const &) = delete;
};

// PortalRun() to completion, discarding rows. For a guarded frame, while a Passage is alive: raises ERRORs as the
// server does.
void run(Portal portal, QueryCompletion *completion);

} // namespace mig::server::top_level
