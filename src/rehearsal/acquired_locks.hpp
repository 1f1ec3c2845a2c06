// Which locks a statement takes although the session holds them already, since an earlier migration has taken them.
//
// The server keeps count of how often each lock was taken (LOCALLOCK.nLocks in this session's own lock table), and in a
// transaction nobody gives back what a statement leaves locked: so a count that a statement has raised is a lock that
// it would hold, too, if it ran alone.
#pragma once

#include "bridge/postgres.hpp"

#include <cstddef>
#include <vector>

extern "C" {
#include "storage/lock.h"
}

namespace mig::server {

struct KnownRelation;

class AcquiredLocks {
  public:
    // From the moment on at which the session holds these.
    void track(Oid oid, KnownRelation *relation, LOCKMASK modes);

    struct Acquired {
        Oid oid;
        KnownRelation *relation;
        LOCKMODE mode;
    };
    // Since the last call, or since the lock was first taken.
    [[nodiscard]] std::vector<Acquired> take();

    // As in KnownRelations.
    void save() { saved_size_ = tracked_.size(); }
    void restore() { tracked_.resize(saved_size_); }

  private:
    // Checked after each statement: side by side, with no more than that needs.
    struct Tracked {
        LOCALLOCK const *entry; // stays where it is as long as the lock is held
        std::int64_t times;
        Acquired lock;
    };
    std::vector<Tracked> tracked_;
    std::size_t saved_size_ = 0;
};

} // namespace mig::server
