// What the server collected for the event trigger that runs: the set-returning functions that tell of it, called
// directly. SQL around them would cost several times as much.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "tcop/deparse_utility.h"
}

namespace mig::server {

// PODs in CurrentMemoryContext, which an event trigger has for itself. Texts may be null.
struct CollectedRow {
    Oid class_id, object;
    std::int32_t sub_id;
    const char *tag, *type, *schema, *identity;
    bool in_extension;
    CollectedCommand const *command;
};

struct DroppedRow {
    Oid class_id, object;
    std::int32_t sub_id;
    bool original, normal, temporary; // normal: by a dependency that CASCADE follows; not a part of what was dropped
    const char *type, *schema, *identity;
};

template <class Row>
struct EventRows {
    Row *rows;
    int count;
    Row const *begin() const { return rows; }
    Row const *end() const { return rows + count; }
};

EventRows<CollectedRow> collected_commands();
EventRows<DroppedRow> dropped_objects();

} // namespace mig::server
