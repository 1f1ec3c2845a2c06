// The rows that a set-returning function gives back.
#pragma once

#include "bridge/boundary.hpp"
#include "server/db/value.hpp"

#include <initializer_list>

extern "C" {
#include "nodes/execnodes.h"
}

namespace mig::api {

// A value under the name of its attribute.
struct Cell {
    const char *name; // a literal
    server::Value value;
};

// Refuses, as the server does, a caller that cannot take a set. The library and the row type of the function may be of
// different releases, before ALTER EXTENSION UPDATE and in a session that is older than it: a cell without an attribute
// is left out, an attribute without a cell is NULL, with a WARNING. Where no name or a type does not fit, it is Failure
// datatype_mismatch.
class ResultSet {
  public:
    explicit ResultSet(FunctionCallInfo call);
    void add(std::initializer_list<Cell> row); // the same names each time

  private:
    void place(std::initializer_list<Cell> row);

    ReturnSetInfo *info_;
    MemoryContext row_;
    std::vector<int> places_;   // of each cell: index of its attribute, or nowhere
    std::vector<Oid> accepted_; // of each cell: the type that was last found to fit
};

} // namespace mig::api
