// How long to wait before a migration that did not get its locks is tried again.
#pragma once

#include <cstdint>

namespace mig {

// Milliseconds before retry `number`, from 1: doubles from 250 ms up to 30 s, then a random half is taken off, so that
// sessions that failed together do not meet again. `random` is in [0, 1).
std::int64_t backoff_ms(int number, double random) noexcept;

} // namespace mig
