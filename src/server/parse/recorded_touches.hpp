// What the DDL of an applied migration did, as far as its recorded text shows: nothing else is kept about it. Covered
// are CREATE TABLE, ALTER TABLE, RENAME, DROP, CREATE INDEX and CREATE VIEW, by the names in the text, looked up in the
// current search_path; not what a DO block or a function did, nor what data was read or written.
#pragma once

#include "core/conflict/touched_object.hpp"

#include <string_view>
#include <vector>

namespace mig::server {

// Empty if the grammar does not accept the text as a whole (COPY with its data).
std::vector<TouchedObject> recorded_touches(std::string_view body);

} // namespace mig::server
