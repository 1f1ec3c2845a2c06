// The rows that a set-returning function returns.
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

// Raises the server's error if the caller cannot accept a set. The library and the function's row type may be of
// different releases, before ALTER EXTENSION UPDATE and in a session that began before it: a cell without an attribute
// is left out; an attribute without a cell is NULL, with a WARNING. If no name matches, or a type does not, that is
// Failure datatype_mismatch.
class ResultSet {
  public:
    explicit ResultSet(FunctionCallInfo call);
    void add(std::initializer_list<Cell> row); // with the same names in each call

  private:
    void match_attributes(std::initializer_list<Cell> row);

    ReturnSetInfo *info_;
    MemoryContext row_;
    std::vector<int> attributes_; // for each cell the index of its attribute, or none
    std::vector<Oid> accepted_;   // for each cell the type that was last found to fit
};

} // namespace mig::api
