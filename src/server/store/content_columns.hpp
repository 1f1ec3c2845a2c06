// The columns that migrator.migration and migrator.history_entry share.
#pragma once

#include "core/migration/content.hpp"
#include "server/store/columns.hpp"

namespace mig::server {

namespace content_detail {

// The column is NOT NULL, even if there is no down body.
inline Value down_line(MigrationContent const &content) { return content.down ? content.down->line : 1U; }

} // namespace content_detail

// Not compared are the checksum, its algorithm and the lines: a text for which only these differ counts as unchanged.
inline constexpr Column<MigrationContent> content_columns[] = {
    column<&MigrationContent::up, &StoredBody::sql>("up"),
    deciding_column<&MigrationContent::down, &StoredBody::sql>("down"),
    deciding_column<&MigrationContent::verify, &StoredBody::sql>("verify"),
    column<&MigrationContent::up, &StoredBody::line>("up_line").not_compared(),
    {"down_line", content_detail::down_line, column<&MigrationContent::down, &StoredBody::line>("").read,
     Column<MigrationContent>::Compared::no},
    column<&MigrationContent::verify, &StoredBody::line>("verify_line").not_compared(),
    column<&MigrationContent::up, &StoredBody::source>("source"),
    column<&MigrationContent::down, &StoredBody::source>("down_source"),
    column<&MigrationContent::verify, &StoredBody::source>("verify_source"),
    column<&MigrationContent::up_directives>("up_directives"),
    column<&MigrationContent::down_directives>("down_directives"),
    column<&MigrationContent::kind>("kind"),
    column<&MigrationContent::reversible>("reversible"),
    column<&MigrationContent::checksum>("checksum").not_compared(),
    column<&MigrationContent::raw_checksum>("raw_checksum"),
    column<&MigrationContent::algorithm>("checksum_algorithm").not_compared(),
};

} // namespace mig::server
