// An order in which each comes behind what it depends on.
#pragma once

#include <cstddef>
#include <vector>

namespace mig {

// `behind[i]`: what i comes behind, rising. As yoyo has it: each in turn, but where it depends on others from the first
// of those on which it does, through all that is waiting for no other. Shorter than `behind`: some wait for each other.
std::vector<std::size_t> topological_order(std::vector<std::vector<std::size_t>> const &behind);

} // namespace mig
