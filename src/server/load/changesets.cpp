#include "server/load/changesets.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/migration/directives.hpp"
#include "server/db/preconditions.hpp"
#include "server/db/table_scan.hpp"
#include "server/lock/run_lock.hpp"
#include "server/store/catalog.hpp"
#include "server/store/migration_store.hpp"

namespace mig::server {

namespace {

// The file that the body of a row came from.
struct Provenance {
    std::string_view source;
    std::string logical_file;
};

// The columns scanned of both tables; `id` of the history only.
struct Column {
    enum : int { version, source, up_directives, id };
};

Provenance provenance_of(Rows const &rows, std::size_t row) {
    return {rows.text(row, Column::source),
            parse_stored_directives(rows.text(row, Column::up_directives)).logical_file};
}

// Reads the catalog for the state of each changeset, and both tables for the file of its body, which the catalog leaves
// out. Fresh snapshots, because this is repeated once the run lock is held.
KnownChangesets known_changesets(std::string_view module) {
    Catalog const catalog(module, Access::fresh, Catalog::Detail::plan);
    Rows const loads = scan_table("migration", {"version", "source", "up_directives"}, module, Access::fresh),
               events =
                   scan_table("history_entry", {"version", "source", "up_directives", "id"}, module, Access::fresh);
    KnownChangesets known;
    std::unordered_map<std::string_view, Provenance> loaded;
    std::unordered_map<std::int64_t, std::size_t> recorded; // rows of `events`
    for (std::size_t i = 0; i < loads.size(); ++i) {
        check_for_interrupts();
        if (version::is_changeset(loads.text(i, Column::version)))
            loaded.emplace(loads.text(i, Column::version), provenance_of(loads, i));
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
        check_for_interrupts();
        if (version::is_changeset(events.text(i, Column::version))) {
            recorded.emplace(events.bigint(i, Column::id), i);
            // Also after a rollback: a version on record is never given to another changeset.
            known.used.emplace_back(events.text(i, Column::version));
        }
    }
    for (Migration const &migration : catalog.migrations()) {
        check_for_interrupts();
        std::string_view const version = migration.version();
        if (!version::is_changeset(version))
            continue;
        known.used.emplace_back(version);
        // Once it is applied, the record identifies the changeset: another may have been loaded in its place since.
        bool const applied = migration.applied();
        Provenance from;
        if (auto const event = applied ? recorded.find(migration.record->id) : recorded.end(); event != recorded.end())
            from = provenance_of(events, event->second);
        else if (auto const load = loaded.find(version); load != loaded.end())
            from = load->second;
        std::string_view const name = applied ? migration.record->name : migration.name();
        if (from.source.empty() || name.find(':') == std::string_view::npos)
            continue;
        bool const logical = !from.logical_file.empty();
        known.all.push_back({std::string(version), std::string(name),
                             logical ? from.logical_file : std::string(from.source), std::string(from.source), logical,
                             applied || !migration.unfinished.empty(), migration.loaded != nullptr});
    }
    return known;
}

} // namespace

Changesets::Changesets(std::string_view module, std::unordered_set<std::string> sources, bool whole)
    : module_(module), versions_(known_changesets(module), std::move(sources), whole) {}

// A changeset that has not run is about to lose its version, which no run may be using. Another run may have changed
// what was read before the lock, so it is read again.
void Changesets::lock() {
    if (locked_)
        return;
    require_current_snapshots("a load that moves or forgets changesets");
    take_run_lock();
    locked_ = true;
    versions_.set_known(known_changesets(module_));
}

std::vector<std::string> Changesets::assign(std::vector<MigrationText> &texts) {
    if (versions_.would_move_any(texts))
        lock();
    return versions_.assign(texts);
}

std::vector<KnownChangeset> Changesets::forget_removed() {
    std::vector<KnownChangeset> result;
    if (!versions_.removed().empty())
        lock();
    for (KnownChangeset const *known : versions_.removed()) {
        check_for_interrupts();
        forget(module_, known->version);
        result.push_back(*known);
    }
    return result;
}

} // namespace mig::server
