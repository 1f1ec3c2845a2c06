// What an interrupted statement that commits by itself has left behind, read from the catalogs: an invalid index, a
// partition whose detaching is pending, or the statement's whole effect.
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
    bool is_optional = false;            // what they remove does no harm if it stays
    bool done = false;                   // once they have run, the statement's effect is there: it need not run
    std::string notice;                  // for the user; empty: nothing was found
};

// Whether it commits by itself and so may be found half done. repair_of() and objects_of() return nothing for any other
// statement.
bool leaves_traces(Statement const &statement);

// What to do before the statement runs again. In a transaction that the caller ends before it does. Names are resolved
// as the statement resolves them.
Repair repair_of(const char *sql, Attempt const &attempt);

// What must be known from before the first attempt to tell later whether it had an effect. For CREATE INDEX
// CONCURRENTLY, the names of the indexes of its table; for DROP INDEX and DETACH PARTITION CONCURRENTLY, the name of
// the index or partition if it exists; for CREATE and DROP of a database, tablespace or subscription, its name if it
// exists; for a publication that is added to a subscription or dropped from it, its name if the subscription has it.
std::vector<std::string> objects_of(const char *sql);

// The qualified name of the relation that a CONCURRENTLY works on, for leftovers_of(); empty: none, or it does not
// exist.
std::string relation_of(const char *sql);

// How to remove what the statement left when it is not going to run again itself: drop invalid indexes or an invalid
// database, finalize a pending detach. `relation`: relation_of() from when it began; empty: not known. Never `done`.
Repair leftovers_of(const char *sql, std::string const &relation, std::vector<std::string> const &objects_before);

} // namespace mig::server
