// A statement that runs as if the client had sent it, although the client's statement is the CALL that runs it. pgaudit
// refuses a second one beside the first; what of a statement must be at top level gets there around it.
#pragma once

#include "bridge/hooks.hpp"

extern "C" {
#include "tcop/cmdtag.h"
#include "utils/portal.h"
}

namespace mig::server::top_level {

extern pg::Watcher const watcher;

// While it lives, the statement of a portal can be run at top level. It outlives whatever the portal raises.
class [[nodiscard]] Passage {
  public:
    Passage() = default;
    ~Passage();
    Passage(Passage const &) = delete;
    Passage &operator=(Passage const &) = delete;
};

// PortalRun(), to the end, discarding rows. Raises ERRORs as the server does; a Passage is alive.
void run(Portal portal, QueryCompletion *completion);

} // namespace mig::server::top_level
