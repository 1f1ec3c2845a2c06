// A whole table of the extension, in memory.
#pragma once

#include "server/db/query.hpp"

namespace mig::server {

// The named columns of migrator.TABLE, of the rows whose column `module` is `module`, in physical order.
Rows scan_table(const char *table, std::vector<const char *> const &columns, std::string_view module, Access access);

} // namespace mig::server
