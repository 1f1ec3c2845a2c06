// The extension's tables are not where its functions look for them.
#pragma once

namespace mig::server {

// Says where the schema, or else the table, of the extension has gone, and how it comes back: Failure undefined_table,
// 3F000 (the schema). Reads the catalog as whoever is current.
[[noreturn]] void refuse_misplaced(const char *table);

} // namespace mig::server
