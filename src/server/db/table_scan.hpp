// Reads a table of the extension into memory.
#pragma once

#include "server/db/query.hpp"

namespace mig::server {

// These columns of the rows of migrator.TABLE whose column `module` is `module`, in physical order. `?NAME` as in
// server/db/table_cursor.hpp.
Rows scan_table(const char *table, std::vector<const char *> const &columns, std::string_view module, Access access);

} // namespace mig::server
