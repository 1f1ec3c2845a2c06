// The type of a column or an argument.
#pragma once

#include <cstdint>
#include <string>

namespace mig::server::lint {

// A type as a TypeName resolves. 0: not known: there is none, or an earlier pending statement makes it.
struct DataType {
    std::uint32_t oid = 0;
    std::int32_t typmod = -1;
    bool is_new = false; // an earlier pending statement makes it
};

std::string type_name(DataType const &type); // numeric(10,2)

} // namespace mig::server::lint
