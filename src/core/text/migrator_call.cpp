#include "core/text/migrator_call.hpp"

#include "core/text/text.hpp"

namespace mig {

std::string migrator_call(std::string_view function, std::string_view module) {
    return migrator_call(function, {}, module);
}

std::string migrator_call(std::string_view function, std::string const &arguments, std::string_view module) {
    std::string call = "migrator." + std::string(function) + "(" + arguments;
    if (module != "main")
        call += (arguments.empty() ? "module => " : ", module => ") + sql_literal(module);
    return call + ")";
}

} // namespace mig
