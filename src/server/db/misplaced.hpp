// The error for tables of the extension that are not where its functions look for them.
#pragma once

namespace mig::server {

// Throws a Failure that says where the extension's schema, or else this table of it, is now, and whose hint moves it
// back: undefined_schema or undefined_table. Reads the catalog as the current user.
[[noreturn]] void refuse_misplaced(const char *table);

} // namespace mig::server
