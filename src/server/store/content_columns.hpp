// The columns that migrator.migration and migrator.history_entry share.
#pragma once

#include "core/migration/content.hpp"
#include "server/store/columns.hpp"

namespace mig::server {

namespace content_detail {

// NOT NULL in both tables, also of a migration that has no down body.
inline Value down_line(MigrationContent const &content) { return content.down ? content.down->line : 1U; }

} // namespace content_detail

// What a raw checksum follows from tells of a difference; a checksum and the lines follow from the rest.
inline constexpr Column<MigrationContent> content_columns[] = {
    column<&MigrationContent::up, &StoredBody::sql>("up"),
    deciding_column<&MigrationContent::down, &StoredBody::sql>("down"),
    deciding_column<&MigrationContent::verify, &StoredBody::sql>("verify"),
    column<&MigrationContent::up, &StoredBody::line>("up_line").telling_nothing(),
    {"down_line", content_detail::down_line, column<&MigrationContent::down, &StoredBody::line>("").read,
     Column<MigrationContent>::Tells::nothing},
    column<&MigrationContent::verify, &StoredBody::line>("verify_line").telling_nothing(),
    column<&MigrationContent::up, &StoredBody::source>("source"),
    column<&MigrationContent::down, &StoredBody::source>("down_source"),
    column<&MigrationContent::verify, &StoredBody::source>("verify_source"),
    column<&MigrationContent::up_directives>("up_directives"),
    column<&MigrationContent::down_directives>("down_directives"),
    column<&MigrationContent::kind>("kind"),
    column<&MigrationContent::reversible>("reversible"),
    column<&MigrationContent::checksum>("checksum").telling_nothing(),
    column<&MigrationContent::raw_checksum>("raw_checksum"),
    column<&MigrationContent::algorithm>("checksum_algorithm").telling_nothing(),
};

} // namespace mig::server
