// Where a migration that runs statement by statement goes on after a stop half-way.
#pragma once

#include "core/plan/state.hpp"

#include <string>
#include <vector>

namespace mig {

struct Resume {
    enum class Before : unsigned char { never_began, cut_off, failed };
    std::size_t done = 0;                  // statements that need not run again
    Before next = Before::never_began;     // what is known of the one after them
    StatementEvent const *began = nullptr; // its last start; null when it never began, as it is now
    std::vector<std::int64_t> ends = {};   // ids of the records of their ends, in the order of the statements
};

// `checksums`: of the statements as they are now. Failure modified when one that has run already was edited since.
Resume resume_of(Migration const &migration, bool down, std::vector<std::string> const &checksums);

} // namespace mig
