#include "lint/world/calls.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"

namespace mig::server::lint {

namespace {

// PODs only: the walker runs in a guarded frame.
struct Calls {
    FuncCall const *found[64];
    int count;
};

bool collect(Node *node, void *context) {
    if (!node)
        return false;
    auto *calls = static_cast<Calls *>(context);
    if (IsA(node, FuncCall) && calls->count < 64)
        calls->found[calls->count++] = reinterpret_cast<FuncCall const *>(node);
    return pg::walk_raw_expression(node, collect, context);
}

} // namespace

std::vector<FuncCall const *> calls_in(Node *node) {
    Calls calls{};
    Calls *const found = &calls;
    if (node)
        pg::guarded([=] { (void) collect(node, found); });
    return {calls.found, calls.found + calls.count};
}

} // namespace mig::server::lint
