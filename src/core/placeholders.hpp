// `${name}` in the text of a migration, as Flyway and Liquibase have it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mig {

using Placeholders = std::map<std::string, std::string>;

// The text with values in place of its placeholders, wherever they stand, in literals, bodies and comments too; null
// when there are none. Upper and lower case of a name are one. A value is text: it is not searched for placeholders.
// Failure malformed_file with path and line: one that is not given. Failure program_limit: more than 1 GB.
std::shared_ptr<std::string const> with_placeholders(std::string_view text, Placeholders const &given,
                                                     std::string const &path);

Placeholders in_lower_case(Placeholders const &given); // their names

// As Liquibase does it: one that is not given stays as it is, and of nested ones the inner is replaced.
std::shared_ptr<std::string const> with_properties(std::string_view text, Placeholders const &given_in_lower_case);

} // namespace mig
