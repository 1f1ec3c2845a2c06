// The server's tree walkers, in each of its versions: part of compat.hpp.
#pragma once

#include "bridge/postgres.hpp"

extern "C" {
#include "nodes/nodeFuncs.h"
}

namespace mig::pg {

// The callbacks of tree walkers have a prototype since 16 (1c27d16e6e).
using Walker = bool (*)(Node *, void *);
#if PG_VERSION_NUM >= 160000
inline Walker as_callback(Walker walker) { return walker; }
#else
inline auto as_callback(Walker walker) -> bool (*)() {
    auto const untyped = reinterpret_cast<void (*)()>(walker); // which -Wcast-function-type lets pass
    return reinterpret_cast<bool (*)()>(untyped);
}
#endif
inline bool walk_raw_expression(Node *node, Walker walker, void *context) {
    return raw_expression_tree_walker(node, as_callback(walker), context);
}
inline bool walk_expression(Node *node, Walker walker, void *context) {
    return expression_tree_walker(node, as_callback(walker), context);
}
inline bool walk_query(Query *query, Walker walker, void *context) {
    return query_tree_walker(query, as_callback(walker), context, 0);
}

} // namespace mig::pg
