#include "core/report/totals.hpp"

#include <algorithm>
#include <set>

namespace mig::report {

namespace {

void add_once(std::vector<std::string> &list, std::string const &name) {
    if (std::find(list.begin(), list.end(), name) == list.end())
        list.push_back(name);
}

} // namespace

Waiting waiting_for(std::string_view lock_mode) noexcept {
    if (lock_mode == "AccessExclusiveLock")
        return Waiting::reads_and_writes;
    if (lock_mode == "ExclusiveLock" || lock_mode == "ShareRowExclusiveLock" || lock_mode == "ShareLock")
        return Waiting::writes;
    return Waiting::nobody;
}

Totals totals(Report const &report) {
    Totals all;
    std::set<std::string> made; // by the migrations themselves: nobody waits for those
    auto const add = [&](std::vector<std::string> &list, std::string const &name) {
        if (made.count(name) == 0)
            add_once(list, name);
    };
    for (Migration const &migration : report.migrations) {
        all.pending += migration.pending;
        for (Finding const &finding : migration.findings) {
            all.errors += finding.severity == Severity::error;
            all.warnings += finding.severity == Severity::warning;
            all.infos += finding.severity == Severity::info;
        }
        if (migration.pending && !migration.reversible)
            all.irreversible.push_back(migration.version);
        for (Statement const &statement : migration.statements) {
            Rehearsed const &seen = statement.seen;
            ++all.statements;
            all.rehearsed += seen.duration_ms && !seen.error;
            all.duration_ms += seen.duration_ms.value_or(0);
            all.wal_bytes += seen.wal_bytes.value_or(0);
            if (seen.error && !all.failed) {
                all.failed_migration = &migration;
                all.failed = &statement;
            }
            for (TouchedObject const &object : seen.objects)
                if (object.how == TouchedObject::How::created)
                    made.insert(object.identity);
            for (TakenLock const &lock : seen.locks) {
                Waiting const waiting = waiting_for(lock.mode);
                if (waiting == Waiting::reads_and_writes)
                    add(all.reads_wait, lock.relation);
                else if (waiting == Waiting::writes)
                    add(all.writes_wait, lock.relation);
            }
            for (std::string const &table : seen.rewrites)
                add(all.rewritten, table);
            for (std::string const &table : seen.scans)
                add(all.scanned, table);
        }
    }
    // Whoever waits to read waits to write too: once is enough.
    auto const said = [&](std::string const &name) {
        return std::find(all.reads_wait.begin(), all.reads_wait.end(), name) != all.reads_wait.end();
    };
    all.writes_wait.erase(std::remove_if(all.writes_wait.begin(), all.writes_wait.end(), said), all.writes_wait.end());
    return all;
}

} // namespace mig::report
