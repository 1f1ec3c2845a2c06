// What the server collected for the event trigger that is running: pg_event_trigger_ddl_commands() and
// pg_event_trigger_dropped_objects(), called directly. A query around them would cost several times as much.
#pragma once

#include "bridge/guard.hpp"

extern "C" {
#include "tcop/deparse_utility.h"
}

namespace mig::server {

// PODs in CurrentMemoryContext, which is the event trigger's own. Texts may be null.
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
    bool original, normal, temporary; // normal: reached by CASCADE, not a part of what was dropped
    const char *type, *schema, *identity;
};

template <class Row>
struct EventRows {
    Row *rows;
    int count;
    Row const *begin() const { return rows; }
    Row const *end() const { return rows + count; }
};

// The server refuses both with 39P03 outside of an event trigger, and dropped_objects() in any event but sql_drop.
EventRows<CollectedRow> collected_commands();
EventRows<DroppedRow> dropped_objects();

} // namespace mig::server
