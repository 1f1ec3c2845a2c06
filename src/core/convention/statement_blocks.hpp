// Blocks of goose and sql-migrate: what stands between StatementBegin and StatementEnd is a statement, with a semicolon
// or without.
#pragma once

#include "core/convention/marker.hpp"

namespace mig {

// The text with a semicolon in front of each end of a block that needs one, on its line; null: none does.
Prepared with_ends_of_blocks(Lexed const &text, std::vector<FoundMarker> const &markers);

} // namespace mig
