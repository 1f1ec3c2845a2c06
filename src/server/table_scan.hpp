// A whole table of the extension, in memory.
#pragma once

#include "server/query.hpp"

namespace mig::server {

// The named columns of migrator.TABLE, of the rows whose column `module` is `module`, in physical order.
Rows scan_table(const char *table, std::initializer_list<const char *> columns, std::string_view module, Access access);

// True when nothing is to be done: what is loaded was applied, once each, as it is and in this order, and nothing else
// happened. False may mean anything. It is the common case of a scheduled run, and needs no memory.
bool applied_as_loaded(std::string_view module, Access access);

} // namespace mig::server
