// Blocks of goose and sql-migrate: what is between StatementBegin and StatementEnd is one statement for them, with or
// without a semicolon at its end. Here a missing semicolon is added, which is all that the server's grammar needs.
#pragma once

#include "core/convention/marker.hpp"

namespace mig {

// The text with a semicolon before each StatementEnd that needs one, on the same line; null: none does.
RewrittenText with_terminated_blocks(Lexed const &text, std::vector<FoundMarker> const &markers);

} // namespace mig
