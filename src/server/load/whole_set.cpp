#include "server/load/whole_set.hpp"

#include "bridge/report.hpp"
#include "core/base/interruption.hpp"
#include "core/plan/plan.hpp"
#include "server/db/preconditions.hpp"
#include "server/lock/run_lock.hpp"
#include "server/store/catalog.hpp"

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace mig::server {

namespace {

using Loaded = UnchangedFiles::Loaded;

// The migrations without a file, as the catalog has them now.
class AbsentMigrations {
  public:
    AbsentMigrations(std::string_view module, std::vector<Loaded const *> const &gone)
        : catalog_(std::make_unique<Catalog>(module, Access::fresh, Catalog::Detail::plan)) {
        std::unordered_map<std::string_view, Loaded const *> by_version;
        for (Loaded const *loaded : gone)
            by_version.emplace(loaded->version, loaded);
        for (Migration const &migration : catalog_->migrations()) {
            check_for_interrupts();
            auto const found = migration.loaded ? by_version.find(migration.version()) : by_version.end();
            if (found == by_version.end())
                continue;
            absent_.push_back({&migration, found->second->source});
            loaded_.push_back(found->second);
        }
    }

    std::vector<Absent> const &all() const { return absent_; }
    Loaded const &loaded(std::size_t i) const { return *loaded_[i]; }

  private:
    std::unique_ptr<Catalog> catalog_; // whose migrations `absent_` points to
    std::vector<Absent> absent_;
    std::vector<Loaded const *> loaded_;
};

// Whether a run may be about to run one of these, which it must not any more.
bool any_may_be_running(std::vector<Absent> const &absent, std::vector<Rename> const &renames) {
    return !renames.empty() || std::any_of(absent.begin(), absent.end(), [](Absent const &one) {
        return !one.migration->file_is_gone() && one.migration->runnable() && one.migration->unfinished.empty();
    });
}

void warn_of_kept(std::vector<std::string> const &kept, std::string_view role) {
    if (kept.empty())
        return;
    std::string const rest = kept.size() == 1 ? "" : " and " + std::to_string(kept.size() - 1) + " more";
    pg::warning("migration " + kept.front() + rest + (kept.size() == 1 ? " has" : " have") + " no file any more, but " +
                    (kept.size() == 1 ? "is" : "are") + " still run: loaded by role \"" + std::string(role) +
                    "\", which is trusted more than the current one",
                "Load the files as that role, or unload it: SELECT migrator.unload(version).");
}

} // namespace

SetComparison compare_set(std::string_view module, MigrationStore &store, UnchangedFiles const &loaded,
                          std::function<bool(Loaded const &)> const &has_file, std::vector<Added> const &added, bool strict) {
    SetComparison result;
    std::vector<Loaded const *> gone;
    for (Loaded const &migration : loaded.all()) {
        check_for_interrupts();
        if (!migration.source.empty() && !has_file(migration))
            gone.push_back(&migration);
    }
    if (gone.empty() || !store.keeps_absence())
        return result;
    AbsentMigrations absent(module, gone);
    std::vector<Rename> renames = find_renames(absent.all(), added);
    if (any_may_be_running(absent.all(), renames)) {
        require_current_snapshots("a load after which a migration has no file any more");
        take_run_lock();
        absent = AbsentMigrations(module, gone); // the run that ended may have run it
        renames = find_renames(absent.all(), added);
    }
    if (strict)
        refuse_absence_of_run(absent.all());
    std::vector<bool> renamed(absent.all().size());
    for (Rename const &rename : renames) {
        check_for_interrupts();
        std::string const before(absent.all()[rename.absent].migration->version());
        renamed[rename.absent] = true;
        forget(module, before);
        result.renamed.push_back({rename.added, before});
    }
    std::vector<std::string> still_run;
    std::string_view whose;
    for (std::size_t i = 0; i < renamed.size(); ++i) {
        check_for_interrupts();
        if (renamed[i])
            continue;
        Migration const &migration = *absent.all()[i].migration;
        Loaded const &before = absent.loaded(i);
        bool const kept = !migration.file_is_gone() && !store.trusted_as(before.by);
        if (!migration.file_is_gone() && !kept)
            store.set_absent(migration.version());
        if (kept && migration.runnable()) {
            whose = still_run.empty() ? before.by.role : whose;
            still_run.push_back(label(migration));
        }
        result.absent.push_back({std::string(migration.version()), std::string(migration.name()),
                                 std::string(before.source), why_absent(migration, kept)});
    }
    warn_of_kept(still_run, whose);
    return result;
}

} // namespace mig::server
