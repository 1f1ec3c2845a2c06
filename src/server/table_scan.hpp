// Reads a whole table of the extension without the executor: apply() looks at every migration each time, also when
// there is nothing to do, and through SPI 10,000 of them took longer than a connection does.
#pragma once

#include "server/query.hpp"

namespace mig::server {

// The named columns of migrator.TABLE, of the rows whose column `module` is `module`, in physical order. No privilege
// is needed and no search_path matters.
Rows scan_table(const char *table, std::initializer_list<const char *> columns, std::string_view module, Access access);

} // namespace mig::server
