// Where a migration that runs statement by statement resumes after it stopped partway.
#pragma once

#include "core/plan/state.hpp"

#include <string>
#include <vector>

namespace mig {

struct Resume {
    enum class Before : unsigned char { never_began, cut_off, failed };
    std::size_t done = 0;                       // statements that need not run again
    Before next = Before::never_began;          // what happened to the statement after them
    StatementEvent const *last_start = nullptr; // its last start; null: with its present text it never began
    std::vector<std::int64_t> ends = {};        // ids of the records of their ends, in the order of the statements
};

// `checksums`: of the present statements. Failure modified if one that has run was edited since.
Resume resume_of(Migration const &migration, bool down, std::vector<std::string> const &checksums);

} // namespace mig
