#include "server/load/checked_text.hpp"

#include "core/convention/down_file_names.hpp"
#include "core/migration/checksum.hpp"
#include "server/load/readable.hpp"
#include "server/parse/parsing.hpp"

namespace mig::server {

namespace {

StoredBody body_of(TextPart const &part) { return {part.lexed.text, part.line, part.path}; }

// The source is null if the body is in the same file as up: see MigrationContent.
std::optional<StoredBody> body_of(std::optional<TextPart> const &part, std::string const &up_path) {
    if (!part)
        return std::nullopt;
    StoredBody body = body_of(*part);
    if (part->path == up_path)
        body.source.reset();
    return body;
}

Kind kind_of(MigrationText const &text) {
    return text.directives.repeatable ? Kind::repeatable : text.directives.snapshot ? Kind::snapshot : text.kind;
}

} // namespace

bool check_syntax(TextPart const &part) { return !parse(part.lexed, part.path, part.line).empty(); }

DownBody check_down(Convention const &convention, MigrationText const &text) {
    DownBody down;
    if (!text.down)
        return down;
    down.why_unreadable = text.down_unreadable;
    std::optional<bool> has_statement;
    if (down.why_unreadable.empty())
        has_statement = try_read(down.why_unreadable, [&] { return check_syntax(*text.down); });
    if (has_statement) {
        down.reversible = *has_statement || runs_without_statement(convention, text.down->lexed.text);
        down.statementless = !down.reversible;
    }
    return down;
}

Computed::Computed(MigrationText const &migration, std::string raw)
    : checksum(checksum::of_tokens(migration.up.lexed)), raw_checksum(std::move(raw)),
      up_directives(to_text(migration.directives.up)), down_directives(to_text(migration.directives.down)) {}

NewMigration new_migration(MigrationText const &text, bool reversible, Computed const &computed) {
    if (text.verify)
        (void) check_syntax(*text.verify);
    NewMigration migration{text.version, text.name, {}};
    MigrationContent &content = migration.content;
    content.up = body_of(text.up);
    content.down = body_of(text.down, text.up.path);
    content.verify = body_of(text.verify, text.up.path);
    content.up_directives = computed.up_directives;
    content.down_directives = computed.down_directives;
    content.kind = kind_of(text);
    content.reversible = reversible;
    content.checksum = computed.checksum;
    content.raw_checksum = computed.raw_checksum;
    content.algorithm = checksum::algorithm;
    migration.requirements = text.directives.requirements;
    migration.conflicts = text.directives.conflicts;
    return migration;
}

} // namespace mig::server
