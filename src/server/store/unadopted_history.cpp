#include "server/store/unadopted_history.hpp"

#include "bridge/report.hpp"
#include "core/adopt/unadopted.hpp"
#include "core/base/failure.hpp"
#include "server/db/owner.hpp"
#include "server/db/subtransaction.hpp"
#include "server/store/migration_sources.hpp"

#include <algorithm>

namespace mig::server {

namespace {

// The queries on catalogs and histories name their operators without a schema.
constexpr const char *safe_path = "pg_catalog, pg_temp";

// A database may have a schema for each of thousands of tenants, with a history in each.
constexpr std::int64_t most_tables = 64;

std::vector<FoundTable> find_tables() {
    SearchPath const path(safe_path);
    return tables_named_like_histories(most_tables);
}

bool belongs_to_other_module(HistoryTable const &history, std::string_view module) {
    AsOwner const owner;
    Rows const rows = query("SELECT EXISTS (SELECT FROM migrator.history_entry WHERE action = 'adopt' AND module <> $1"
                            " AND reason = $2)",
                            {module, adoption_reason(origin_of(history))}, Access::fresh);
    return rows.boolean(0, Rows::only_column);
}

// Projects of Sqitch share a table, and are adopted by a module each.
bool is_shared(std::vector<ToolEntry> const &entries) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](ToolEntry const &entry) { return entry.scope != entries.front().scope; });
}

// What one history says. A history that adopt() would refuse says nothing.
class Look {
  public:
    Look(HistoryTable const &history, Catalog const &catalog, std::vector<Migration const *> const &pending,
         bool first_run)
        : history_(history) {
        SearchPath const path(safe_path);
        (void) run_or_undo([&] { compare(catalog, pending, first_run); },
                           [&](AnyError const &error) {
                               unreadable_ =
                                   !pg::as_error(error) && first_run &&
                                   error.sqlstate_text() == std::string_view(sqlstate::insufficient_privilege);
                               ran_.clear();
                           });
        if ((unreadable_ || !ran_.empty()) && !shared_ && belongs_to_other_module(history, catalog.module())) {
            unreadable_ = false;
            ran_.clear();
        }
    }

    HistoryTable const &history() const { return history_; }
    std::vector<Migration const *> const &ran() const { return ran_; }
    bool unreadable() const { return unreadable_; }

  private:
    void compare(Catalog const &catalog, std::vector<Migration const *> const &pending, bool first_run) {
        ToolHistory const history(history_, PlainCopy::Purpose::to_look);
        std::vector<ToolEntry> const entries = history.entries();
        if (entries.empty())
            return;
        shared_ = is_shared(entries);
        MigrationSources const sources(catalog.module());
        ran_ = ran_elsewhere(
            match_history(sources.candidates(catalog.migrations()), entries_of_module(entries, catalog.module())),
            pending, first_run);
    }

    HistoryTable const &history_;
    std::vector<Migration const *> ran_;
    bool unreadable_ = false, shared_ = false;
};

} // namespace

OtherHistories::OtherHistories() : found_(find_tables()), histories_(known_histories(found_)) {}

std::vector<std::string> OtherHistories::tables() const {
    std::vector<std::string> tables;
    for (HistoryTable const &history : histories_)
        tables.push_back(history.table->quoted);
    return tables;
}

bool OtherHistories::warn_of_repetition(Catalog const &catalog, std::vector<Migration const *> const &pending) const {
    if (none() || pending.empty())
        return false;
    std::vector<Migration> const &all = catalog.migrations();
    bool const first_run =
        std::none_of(all.begin(), all.end(), [](Migration const &migration) { return migration.applied(); });
    std::optional<Look> best; // the one that knows the most; one WARNING is enough
    for (HistoryTable const &history : histories_) {
        Look look(history, catalog, pending, first_run);
        if (look.ran().empty() && !look.unreadable())
            continue;
        if (!best || best->ran().size() < look.ran().size())
            best.emplace(std::move(look));
    }
    if (!best)
        return false;
    if (best->unreadable())
        pg::warning(unreadable_warning(best->history(), current_role()),
                    unreadable_hint(best->history(), catalog.module()));
    else
        pg::warning(unadopted_warning(best->history(), best->ran(), pending.size()),
                    unadopted_hint(best->history(), catalog.module()));
    return true;
}

void warn_of_repetition(std::string_view module) {
    OtherHistories const histories;
    if (histories.none())
        return;
    Catalog const catalog(module, Access::fresh, Catalog::Detail::plan);
    std::vector<Migration const *> pending;
    for (Migration const &migration : catalog.migrations())
        if (migration.runnable())
            pending.push_back(&migration);
    (void) histories.warn_of_repetition(catalog, pending);
}

} // namespace mig::server
