#include "core/report/totals.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
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
    std::vector<std::string> take() { return std::move(list_); }

  private:
    std::unordered_set<std::string> known_;
    std::vector<std::string> list_;
};

// The waits in the order in which their relations occur.
class Waits {
  public:
    void add(Wait wait) {
        auto const [place, is_new] = places_.emplace(wait.relation, list_.size());
        if (is_new)
            list_.push_back(std::move(wait));
        else if (Wait &known = list_[place->second];
                 wait.who > known.who ||
                 (wait.who == known.who && wait.held_ms.value_or(-1) > known.held_ms.value_or(-1)))
            known = std::move(wait);
    }
    std::vector<Wait> take() { return std::move(list_); }

  private:
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<Wait> list_;
};

// What goes along with a table or a view without being a loss by itself.
bool is_part(std::string_view type) {
    for (std::string_view const part : {"index", "type", "default value", "rule", "toast table", "sequence value"})
        if (type == part)
            return true;
    return false;
}

class Adding {
  public:
    explicit Adding(Totals &all) : all_(all) {}

    void add(Migration const &migration) {
        std::vector<std::optional<double>> const times = held_times(migration);
        for (std::size_t i = 0; i < migration.statements.size(); ++i) {
            check_for_interrupts();
            add(migration, migration.statements[i], times[i]);
        }
    }
    void end() {
        all_.waits = waits_.take();
        all_.rewritten = rewritten_.take();
        all_.scanned = scanned_.take();
    }

  private:
    void add(Migration const &migration, Statement const &statement, std::optional<double> held) {
        Rehearsed const &seen = statement.seen;
        ++all_.statements;
        all_.rehearsed += seen.execution_time_ms && !seen.error;
        all_.execution_time_ms += seen.execution_time_ms.value_or(0);
        all_.wal_bytes += seen.wal_bytes.value_or(0);
        if (seen.error && !all_.failed) {
            all_.failed_migration = &migration;
            all_.failed = &statement;
        }
        bool const index_command = seen.command.find("INDEX") != std::string::npos;
        for (TouchedObject const &object : seen.objects) {
            if (object.how == TouchedObject::How::created)
                created_.insert(object.identity);
            if (object.how != TouchedObject::How::dropped || created_.count(object.identity) > 0)
                continue;
            if ((!is_part(object.type) || (index_command && object.type == "index")) && !belongs_to_lost(object))
                all_.losses.push_back({object.type, object.identity, false, &migration, &statement});
            if (object.type == "table" || object.type == "view" || object.type == "materialized view" ||
                object.type == "foreign table" || object.type == "schema" || object.type == "table column")
                lost_.insert(object.identity);
        }
        for (std::string const &table : seen.emptied)
            if (created_.count(table) == 0)
                all_.losses.push_back({"all rows of", table, false, &migration, &statement});
        if (seen.rows.value_or(0) > 0 && !seen.verify && (seen.command == "DELETE" || seen.command == "UPDATE"))
            all_.losses.push_back({(seen.command == "DELETE" ? "" : "values of ") + std::to_string(*seen.rows) +
                                       (*seen.rows == 1 ? " row, by" : " rows, by"),
                                   seen.sql, true, &migration, &statement});
        if (!seen.plain_form)
            for (TakenLock const &lock : seen.locks) {
                Waiting const waiting = waiting_for(lock.mode);
                if (waiting != Waiting::nobody && created_.count(lock.relation) == 0)
                    waits_.add({waited_for(lock), waiting, lock.mode, held, &migration, &statement});
            }
        for (std::string const &table : seen.rewrites)
            if (created_.count(table) == 0)
                rewritten_.add(table);
        for (std::string const &table : seen.scans)
            if (created_.count(table) == 0)
                scanned_.add(table);
    }

    // `c on public.t` is a trigger, constraint or policy of a table; `public.t.a` is a column, `public.t` is in a
    // schema.
    bool belongs_to_lost(TouchedObject const &object) const {
        std::string_view const name = object.identity;
        if (std::size_t const on = name.find(" on ");
            on != std::string_view::npos && lost_.count(std::string(name.substr(on + 4))) > 0)
            return true;
        std::size_t const dot = name.rfind('.');
        return object.type == "table column" && dot != std::string_view::npos &&
               lost_.count(std::string(name.substr(0, dot))) > 0;
    }

    Totals &all_;
    Waits waits_;
    Names rewritten_, scanned_;
    // By the migrations themselves: nobody waits for those, and nobody misses them.
    std::unordered_set<std::string> created_;
    std::unordered_set<std::string> lost_;
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

std::string const &waited_for(TakenLock const &lock) {
    bool const is_index = !lock.table.empty() && waiting_for(lock.mode) == Waiting::reads_and_writes;
    return is_index ? lock.table : lock.relation;
}

std::vector<std::optional<double>> held_times(Migration const &migration) {
    std::vector<std::optional<double>> times(migration.statements.size());
    double sum = 0;
    for (std::size_t i = times.size(); i-- > 0;) {
        Rehearsed const &seen = migration.statements[i].seen;
        sum += seen.execution_time_ms.value_or(0);
        if (seen.held_ms)
            times[i] = seen.held_ms;
        else if (seen.execution_time_ms)
            times[i] = migration.transactional ? sum : *seen.execution_time_ms;
    }
    return times;
}

std::vector<std::string> Totals::waiting(Waiting who) const {
    std::vector<std::string> names;
    for (Wait const &wait : waits)
        if (wait.who == who)
            names.push_back(wait.relation);
    return names;
}

Totals totals(Report const &report) {
    Totals all;
    Adding adding(all);
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
        adding.add(migration);
    }
    adding.end();
    return all;
}

} // namespace mig::report
