// Which statements may take long by themselves, whatever they wait for.
#pragma once

#include "core/migration/body.hpp"

namespace mig {

// False for commands that work on catalogs alone, such as CREATE TABLE, COMMENT and GRANT: not on rows, and not by code
// of the user's; and for an INSERT of a few rows that `sql`, the statement, lists.
bool may_take_long(Statement const &statement, std::string_view sql);

} // namespace mig
