// How long to wait before retrying a migration that did not get its locks.
#pragma once

#include <cstdint>

namespace mig {

// Milliseconds before retry `number`, from 1: doubles from 250 ms up to 30 s, minus a random part of up to half of it,
// so that sessions that failed together do not retry together. `random` is in [0, 1).
std::int64_t backoff_ms(int number, double random) noexcept;

} // namespace mig
