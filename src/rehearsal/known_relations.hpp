// The relations that were there before a rehearsal, and what its statements have done to them: those are what other
// sessions can wait for. What the rehearsal itself makes nobody else can see.
#pragma once

#include "rehearsal/own_locks.hpp"

#include <string>
#include <unordered_map>

struct PgStat_TableStatus;

namespace mig::server {

struct KnownRelation {
    std::string name; // public.orders, as other sessions know it: the name it had before
    char kind;        // as pg_class.relkind
    LOCKMASK held = 0;
    PROCLOCK *place = nullptr;
    std::int64_t scans = 0; // that were counted before
    std::size_t row = 0;    // of the statement that took its strongest lock
};

struct NewLock {
    KnownRelation *relation;
    LOCKMASK modes; // those that are new
    Oid oid;
};

class KnownRelations {
  public:
    // Tables, views, sequences, row types; `all`: indexes, TOAST tables and catalogs, too. Never those of the
    // extension, or of a session.
    explicit KnownRelations(bool all);

    KnownRelation *find(Oid relation);

    // The locks that the statement which has just ended took: in the order of names. A table that is locked against
    // everybody, AccessExclusiveLock, is not looked at again: no other mode adds anything to that.
    [[nodiscard]] std::vector<NewLock> take_new_locks(std::size_t row);

    // How often each locked table was read from end to end since the last call: (relation, times).
    struct Scanned {
        KnownRelation *relation;
        std::int64_t times;
    };
    [[nodiscard]] std::vector<Scanned> take_scans();

    // Locks that are taken from now on, until undo(), will be given back by it.
    void save();
    void undo();

    struct Locked {
        Oid oid;
        KnownRelation *relation;
    };
    std::vector<Locked> const &locked() const noexcept { return locked_; }

  private:
    void note(OwnLock const &lock, std::size_t row, std::vector<NewLock> &found);
    void note_first(Locked const &one);
    void look_for_stronger(std::size_t row, std::vector<NewLock> &found);

    // What each statement is followed by a look at, of every table locked so far: hence side by side, and no more of it
    // than the look needs.
    struct Upgradable { // where a stronger mode may be to come
        PROCLOCK *place;
        LOCKMASK held;
        Locked lock;
    };
    struct Counted {
        PgStat_TableStatus *counts;
        std::int64_t scans; // when last looked at
        KnownRelation *relation;
    };
    struct Change {
        KnownRelation *relation;
        LOCKMASK held;
        PROCLOCK *place;
        std::size_t row;
    };
    std::unordered_map<Oid, KnownRelation> all_; // whose addresses stay
    std::vector<Locked> locked_;                 // by this session, in any mode
    std::vector<Upgradable> upgradable_;
    std::vector<Counted> counted_;
    OwnLocks locks_;
    OwnLocks::Ends saved_ends_;
    std::size_t saved_locked_ = 0;
    std::size_t saved_counted_ = 0;
    std::vector<Upgradable> saved_upgradable_;
    std::vector<Change> changes_; // since save()
    bool saving_ = false;
};

} // namespace mig::server
