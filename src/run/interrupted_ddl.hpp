// What an earlier attempt at a statement that commits by itself has left behind, read from the catalogs: an invalid
// index, a partition that is half detached, or all that the statement was to do.
#pragma once

#include "core/migration/body.hpp"
#include "server/db/query.hpp"

namespace mig::server {

struct Attempt {
    enum class Prior : unsigned char { none, cut_off, failed };
    Prior prior = Prior::none;
    std::vector<std::string> objects_before; // objects_of() when the first attempt began
};

struct Repair {
    std::vector<std::string> statements; // to be executed first, each at top level
    bool may_stay = false;               // what they take away is in nobody's way
    bool done = false;                   // with them, the statement's effect is there: it need not run
    std::string notice;                  // for the user; empty: nothing was found
};

// What commits by itself, and so may be found half done. Of all others, and of what a transaction holds, repair_of() and
// objects_of() know nothing.
bool leaves_traces(Statement const &statement);

// In a transaction that the caller ends before the statement runs. Names are resolved as the statement resolves them.
Repair repair_of(const char *sql, Attempt const &attempt);

// What tells later whether the statement did something: of CREATE INDEX CONCURRENTLY the names of the indexes that its
// table has, of DROP INDEX and DETACH PARTITION CONCURRENTLY the name of the index or partition that is there to go,
// of CREATE and DROP of a database, tablespace or subscription its name when it is there, of a publication that a
// subscription gets or loses likewise.
std::vector<std::string> objects_of(const char *sql);

// The relation that a CONCURRENTLY is about, with its schema, for leftovers_of(); empty: none, or not there.
std::string relation_of(const char *sql);

// What such a statement left, when another run than its own takes it away: invalid indexes, an invalid database; a
// partition that is half detached is detached. `relation`: relation_of() when it began, empty when that is not known.
// Never `done`.
Repair leftovers_of(const char *sql, std::string const &relation, std::vector<std::string> const &objects_before);

} // namespace mig::server
