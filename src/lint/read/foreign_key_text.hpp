// A foreign key in SQL, for hints.
#pragma once

#include "bridge/postgres.hpp"
#include "lint/world/table.hpp"

#include <string>
#include <vector>

extern "C" {
#include "nodes/parsenodes.h"
}

namespace mig::server::lint {

// FOREIGN KEY (a) REFERENCES public.other (b) ON DELETE CASCADE. `columns` are those of the referencing table, `other`
// is the referenced one, null if there is none of that name.
std::string foreign_key_text(Constraint const &key, std::vector<std::string> const &columns, Table const *other);

} // namespace mig::server::lint
