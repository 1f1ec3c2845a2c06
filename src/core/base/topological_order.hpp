// An order in which each item comes after those that it depends on.
#pragma once

#include <cstddef>
#include <vector>

namespace mig {

// `dependencies[i]`: what i comes after, in ascending order. The order is yoyo's: the items in turn, but where one has
// dependencies, first the one without any that its first dependency leads to, followed by everything that no longer
// waits for another. The result is shorter than `dependencies` when some items wait for each other.
std::vector<std::size_t> topological_order(std::vector<std::vector<std::size_t>> const &dependencies);

} // namespace mig
