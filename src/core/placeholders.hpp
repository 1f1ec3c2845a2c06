// `${name}` in the text of a migration, as Flyway and Liquibase have it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mig {

using Placeholders = std::map<std::string, std::string>;

// With the values in place of `${name}`, wherever it stands, in literals, bodies and comments too; null when the text
// holds none. Upper and lower case are one. A value is text: it is not searched for placeholders again.
// Failure malformed_file with path and line: one that is not given.
std::shared_ptr<std::string const> with_placeholders(std::string_view text, Placeholders const &given,
                                                     std::string const &path);

// As Liquibase does it: a `${name}` that is not given stays as it is, `${:name}` becomes `${name}`, names are exact.
std::shared_ptr<std::string const> with_properties(std::string_view text, Placeholders const &given);

} // namespace mig
