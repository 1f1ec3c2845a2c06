#include "lint/world/data_type.hpp"

#include "bridge/guard.hpp"

extern "C" {
#include "utils/builtins.h"
}

namespace mig::server::lint {

std::string type_name(DataType const &type) {
    Oid const oid = type.oid;
    std::int32_t const typmod = type.typmod;
    return oid == 0 ? "?" : pg::guarded([=]() -> const char * { return format_type_with_typemod(oid, typmod); });
}

} // namespace mig::server::lint
