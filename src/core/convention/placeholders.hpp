// What stands for values that are given when a migration is loaded: `${name}` of Flyway and Liquibase, `:NAME`.
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

// `:NAME` in capitals, as graphile-migrate has it; given with or without its colon. What is not given stays as it is,
// but for :DATABASE_NAME and :DATABASE_OWNER, which the tool always knows: Failure malformed_file.
std::shared_ptr<std::string const> with_colon_names(std::string_view text, Placeholders const &given,
                                                    std::string const &path);

// `$evolutions{{{name}}}` of Play, in upper or lower case; one behind '!' is meant as it is written, without that.
// Failure malformed_file with path and line: one that is not given. Failure program_limit: more than 1 GB.
std::shared_ptr<std::string const> with_evolution_variables(std::string_view text, Placeholders const &given,
                                                            std::string const &path);

Placeholders in_lower_case(Placeholders const &given); // their names

// As Liquibase does it: one that is not given stays as it is, and of nested ones the inner is replaced.
std::shared_ptr<std::string const> with_properties(std::string_view text, Placeholders const &given_in_lower_case);

} // namespace mig
