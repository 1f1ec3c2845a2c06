// Placeholders, whose values are given when a migration is loaded: `${name}` of Flyway and Liquibase, `:NAME` of
// graphile-migrate, `$evolutions{{{name}}}` of Play.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mig {

using Placeholders = std::map<std::string, std::string>;

// Replaces `${name}` everywhere in the text, including literals, function bodies and comments. Null when there is
// nothing to replace. Names are case-insensitive. A value is not searched for placeholders itself.
// Failure malformed_file with path and line: no value given. Failure program_limit: the result is larger than 1 GB.
std::shared_ptr<std::string const> replace_placeholders(std::string_view text, Placeholders const &given,
                                                        std::string const &path);

// Replaces `:NAME`, in capitals, as graphile-migrate does. A value may be given with or without the colon. A name
// without a value stays as it is, except for :DATABASE_NAME and :DATABASE_OWNER, which the tool always replaces: those
// are Failure malformed_file.
std::shared_ptr<std::string const> replace_colon_names(std::string_view text, Placeholders const &given,
                                                       std::string const &path);

// Replaces `$evolutions{{{name}}}` of Play, case-insensitively. A `!` before it escapes it: only the `!` is removed.
// Failure malformed_file with path and line: no value given. Failure program_limit: the result is larger than 1 GB.
std::shared_ptr<std::string const> replace_evolution_variables(std::string_view text, Placeholders const &given,
                                                               std::string const &path);

// The same values, with the names in lower case.
Placeholders with_lower_case_names(Placeholders const &given);

// Replaces `${name}` as Liquibase does: one without a value stays as it is, and of nested ones the inner is replaced.
std::shared_ptr<std::string const> replace_properties(std::string_view text, Placeholders const &given_in_lower_case);

} // namespace mig
