#include "core/report/totals.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

namespace mig::report {

namespace {

// Names in the order in which they occur, each once.
class Names {
  public:
    void add(std::string const &name) {
        if (known_.insert(name).second)
            list_.push_back(name);
    }
    bool has(std::string const &name) const { return known_.count(name) > 0; }
    std::vector<std::string> take() { return std::move(list_); }

  private:
    std::unordered_set<std::string> known_;
    std::vector<std::string> list_;
};

} // namespace

// SELECT takes ACCESS SHARE, INSERT, UPDATE and DELETE take ROW EXCLUSIVE: which modes conflict with these is in
// "Table-Level Locks" in PostgreSQL's documentation.
Waiting waiting_for(std::string_view lock_mode) noexcept {
    if (lock_mode == "AccessExclusiveLock")
        return Waiting::reads_and_writes;
    if (lock_mode == "ExclusiveLock" || lock_mode == "ShareRowExclusiveLock" || lock_mode == "ShareLock")
        return Waiting::writes;
    return Waiting::nobody;
}

Totals totals(Report const &report) {
    Totals all;
    Names reads_wait, writes_wait, rewritten, scanned;
    std::unordered_set<std::string> created; // by the migrations themselves: nobody waits for those
    auto const add = [&](Names &names, std::string const &name) {
        if (created.count(name) == 0)
            names.add(name);
    };
    for (Migration const &migration : report.migrations) {
        all.pending += migration.pending;
        for (Finding const &finding : migration.findings) {
            check_for_interrupts();
            all.errors += finding.severity == Severity::error;
            all.warnings += finding.severity == Severity::warning;
            all.infos += finding.severity == Severity::info;
        }
        if (migration.pending && !migration.reversible)
            all.irreversible.push_back(migration.version);
        for (Statement const &statement : migration.statements) {
            check_for_interrupts();
            Rehearsed const &seen = statement.seen;
            ++all.statements;
            all.rehearsed += seen.execution_time_ms && !seen.error;
            all.execution_time_ms += seen.execution_time_ms.value_or(0);
            all.wal_bytes += seen.wal_bytes.value_or(0);
            if (seen.error && !all.failed) {
                all.failed_migration = &migration;
                all.failed = &statement;
            }
            for (TouchedObject const &object : seen.objects)
                if (object.how == TouchedObject::How::created)
                    created.insert(object.identity);
            for (TakenLock const &lock : seen.locks) {
                Waiting const waiting = seen.plain_form ? Waiting::nobody : waiting_for(lock.mode);
                if (waiting == Waiting::reads_and_writes)
                    add(reads_wait, lock.table.empty() ? lock.relation : lock.table);
                else if (waiting == Waiting::writes)
                    add(writes_wait, lock.relation);
            }
            for (std::string const &table : seen.rewrites)
                add(rewritten, table);
            for (std::string const &table : seen.scans)
                add(scanned, table);
        }
    }
    all.reads_wait = reads_wait.take();
    all.writes_wait = writes_wait.take();
    all.rewritten = rewritten.take();
    all.scanned = scanned.take();
    // Where reads wait, writes do too: once is enough.
    auto const listed = [&](std::string const &name) { return reads_wait.has(name); };
    all.writes_wait.erase(std::remove_if(all.writes_wait.begin(), all.writes_wait.end(), listed),
                          all.writes_wait.end());
    return all;
}

} // namespace mig::report
