// Which tables, and columns of them, the queries of this session read and write, at any depth, and what the objects
// that it creates depend on.
#pragma once

#include "core/conflict/touched_object.hpp"

#include <vector>

namespace mig::server::use_watch {

void install(); // once, from _PG_init()

void start();
void stop() noexcept;

// Since start() or the last call. What is gone by now is left out, as are the catalogs, and the tables of the
// extension.
std::vector<TouchedObject> take();

} // namespace mig::server::use_watch
