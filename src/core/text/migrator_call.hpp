// Calls of our own functions, as a HINT shows them.
#pragma once

#include <string>
#include <string_view>

namespace mig {

// `migrator.apply()`, `migrator.apply(module => 'lib')`: a module that is not the default one is named.
std::string migrator_call(std::string_view function, std::string_view module);
// The same with arguments before it: `migrator.rollback_to('7', module => 'lib')`.
std::string migrator_call(std::string_view function, std::string const &arguments, std::string_view module);

} // namespace mig
