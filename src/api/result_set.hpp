// The rows that a set-returning function gives back.
#pragma once

#include "bridge/boundary.hpp"
#include "server/db/value.hpp"

#include <initializer_list>

extern "C" {
#include "nodes/execnodes.h"
}

namespace mig::api {

// Refuses, as the server does, a caller that cannot take a set, and rows of another width than the function is declared
// with.
class ResultSet {
  public:
    explicit ResultSet(FunctionCallInfo call);
    void add(std::initializer_list<server::Value> values);

  private:
    ReturnSetInfo *info_;
    MemoryContext row_;
};

} // namespace mig::api
