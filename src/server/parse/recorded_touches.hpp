// What the DDL of a migration that has been applied did, as its recorded text tells: nothing else is kept of it. Seen
// are CREATE TABLE, ALTER TABLE, RENAME, DROP and CREATE INDEX, VIEW by the names that stand there, looked up in the
// current search_path; not seen is what a DO block or a function did, and what data was read or written.
#pragma once

#include "core/conflict/touched_object.hpp"

#include <string_view>
#include <vector>

namespace mig::server {

// Nothing of a text that the grammar does not take as a whole (COPY with its data).
std::vector<TouchedObject> recorded_touches(std::string_view body);

} // namespace mig::server
