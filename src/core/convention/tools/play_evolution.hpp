// Play: evolutions are numbered without gaps. Play stops at the first number that is missing.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

Arrangement arrange_evolutions(Convention const &convention, std::vector<SourceFile> const &files);

// The text in the form of a file with sections: Play's markers may begin with `#`, what precedes the first one is not
// part of the migration, and `;;` is a semicolon inside a statement. Variables are replaced.
RewrittenText read_evolution(std::string_view text, Placeholders const &placeholders, std::string const &path);
// The same without variables. Null if there is no marker.
RewrittenText normalized_evolution(std::string_view text);

} // namespace mig
