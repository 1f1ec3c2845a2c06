// The relations that existed before a rehearsal, and what its statements have done to them: these are what other
// sessions can wait for. What the rehearsal itself creates, nobody else can see.
#pragma once

#include "rehearsal/acquired_locks.hpp"
#include "rehearsal/own_locks.hpp"

#include <string>
#include <unordered_map>

struct PgStat_TableStatus;

namespace mig::server {

struct KnownRelation {
    std::string name;       // public.orders, as other sessions know it: the name it had before
    char kind;              // as pg_class.relkind
    Oid table = InvalidOid; // of an index
    LOCKMASK held = 0;
    LOCKMASK told = 0; // those of `held` that the migration which runs has taken, as of `told_in`
    std::size_t told_in = 0;
    PROCLOCK *entry = nullptr; // see OwnLock
    std::int64_t scans = 0;    // counted before
    std::size_t row = 0;       // of the statement that took its strongest lock
};

struct NewLock {
    KnownRelation *relation;
    LOCKMASK modes; // those that its migration has not taken before
    Oid oid;
};

class KnownRelations {
  public:
    // Tables, views, sequences, row types; with `all`, TOAST tables and catalogs, too. Never the extension's own, nor
    // temporary ones. Indexes are known, but without `all` only AccessExclusiveLock on one is a lock to tell of, unless
    // its table is under it too: whoever plans a query of the table opens all its indexes.
    explicit KnownRelations(bool all);

    KnownRelation *find(Oid relation);

    // What comes is another migration, or another transaction of the same: it tells of all its locks, whether or not an
    // earlier one holds them until the end of the rehearsal.
    void begin_anew() { ++current_; }

    // The locks that the statement which has just ended took, ordered by name. For a table under AccessExclusiveLock no
    // other mode adds anything to that.
    [[nodiscard]] std::vector<NewLock> take_new_locks(std::size_t row);

    // How often each locked table was scanned from end to end since the last call.
    struct Scanned {
        KnownRelation *relation;
        std::int64_t times;
    };
    [[nodiscard]] std::vector<Scanned> take_scans();

    // save() before a part of the run that will be rolled back, restore() when the rollback has released its locks.
    void save();
    void restore();

    struct Locked {
        Oid oid;
        KnownRelation *relation;
    };
    std::vector<Locked> const &locked() const noexcept { return locked_; }

  private:
    void note(OwnLock const &lock, std::size_t row);
    void note_first(Locked const &locked);
    void note_upgrades(std::size_t row);
    LOCKMASK &told(KnownRelation &relation) const;
    bool is_hidden(KnownRelation const &relation);

    // These are checked after each statement, for every table locked so far: hence side by side in vectors, with no
    // more than the check needs.
    struct Upgradable { // another mode may follow
        PROCLOCK *entry;
        LOCKMASK held;
        Locked lock;
    };
    struct Counted {
        PgStat_TableStatus *counts;
        std::int64_t scans; // at the last check
        KnownRelation *relation;
    };
    struct Change {
        KnownRelation *relation;
        LOCKMASK held;
        PROCLOCK *entry;
        std::size_t row;
    };
    std::unordered_map<Oid, KnownRelation> all_; // pointers to its values stay valid
    std::vector<Locked> locked_;                 // by this session, in any mode
    std::vector<Upgradable> upgradable_;
    std::vector<Counted> counted_;
    AcquiredLocks acquired_;
    bool const all_kinds_;
    std::size_t current_ = 1; // migration
    OwnLocks locks_;
    OwnLocks::Ends saved_ends_;
    std::size_t saved_locked_ = 0;
    std::size_t saved_counted_ = 0;
    std::vector<Upgradable> saved_upgradable_;
    std::vector<Change> changes_; // since save()
    bool saving_ = false;
};

} // namespace mig::server
