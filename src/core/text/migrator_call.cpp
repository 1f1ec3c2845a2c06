#include "core/text/migrator_call.hpp"

#include "core/text/text.hpp"

namespace mig {

std::string migrator_call(std::string_view function, std::string_view module) {
    std::string const call = "migrator." + std::string(function);
    return call + (module == "main" ? "()" : "(module => " + sql_literal(module) + ")");
}

} // namespace mig
