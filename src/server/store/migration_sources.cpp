#include "server/store/migration_sources.hpp"

#include "core/base/interruption.hpp"
#include "core/migration/directives.hpp"
#include "server/db/table_scan.hpp"

namespace mig::server {

// A changeset with a logicalFilePath is known by that instead: Liquibase records it in its history.
MigrationSources::MigrationSources(std::string_view module)
    : rows_(scan_table("migration", {"version", "source", "up_directives"}, module, Access::fresh)) {
    struct Column {
        enum : int { version, source, up_directives };
    };
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        check_for_interrupts();
        std::string logical = parse_stored_directives(rows_.text(i, Column::up_directives)).logical_file;
        by_version_.emplace(rows_.text(i, Column::version),
                            logical.empty() ? std::string(rows_.text(i, Column::source)) : std::move(logical));
    }
}

std::vector<Candidate> MigrationSources::candidates(std::vector<Migration> const &migrations) const {
    std::vector<Candidate> all;
    all.reserve(migrations.size());
    for (Migration const &migration : migrations) {
        check_for_interrupts();
        auto const found = by_version_.find(migration.version());
        all.push_back({&migration, found == by_version_.end() ? std::string_view() : std::string_view(found->second)});
    }
    return all;
}

} // namespace mig::server
