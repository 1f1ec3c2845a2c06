// The function calls in a raw parse tree.
#pragma once

#include "bridge/postgres.hpp"

#include <vector>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

// In a statement or an expression, subqueries included. Of very many the rest is left out.
std::vector<FuncCall const *> calls_in(Node *node);

} // namespace mig::server::lint
