// What a rehearsal observed of one statement.
#pragma once

#include "core/conflict/touched_object.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mig {

struct TakenLock {
    std::string relation;       // public.orders
    const char *mode = nullptr; // AccessExclusiveLock: static storage
    std::string table = {};     // of an index: under AccessExclusiveLock its table cannot be read either
};

struct Rehearsed {
    std::string version, name;
    std::int32_t statement = 0, line = 0; // 1-based; the line is of the file
    std::string command, sql;
    bool verify = false; // of the verify script
    // Nothing if it was not run.
    std::optional<double> execution_time_ms;
    std::optional<std::int64_t> rows;
    std::vector<TakenLock> locks;             // those that its migration had not taken yet
    std::optional<double> held_ms;            // the longest of them, until its migration ends
    std::vector<std::string> rewrites, scans; // tables
    std::vector<std::string> emptied;         // tables, by TRUNCATE
    std::optional<std::int64_t> wal_bytes;
    std::vector<TouchedObject> objects;
    std::vector<std::string> blocks; // sessions that wait for it, or that it waited for
    std::optional<std::string> error, sqlstate;
    bool plain_form = false; // the locks are those of the same command without CONCURRENTLY, which waits for less
    std::optional<std::string> note; // that it was rehearsed in another form, or why it was not
};

} // namespace mig
