// The type of a column or an argument.
#pragma once

#include <cstdint>
#include <string>

namespace mig::server::lint {

// What a TypeName resolves to. OID 0: unknown, because no such type exists or an earlier pending statement creates it.
struct DataType {
    std::uint32_t oid = 0;
    std::int32_t typmod = -1;
    bool is_new = false; // an earlier pending statement creates it
};

std::string type_name(DataType const &type); // numeric(10,2)

} // namespace mig::server::lint
