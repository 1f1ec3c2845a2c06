#include "core/convention/tools/liquibase_changelog.hpp"

#include "core/base/interruption.hpp"
#include "core/convention/group_reading.hpp"
#include "core/convention/tools/liquibase_sql.hpp"

namespace mig {

namespace {

FileDirectives directives_of_changeset(Changeset const &changeset, std::string const &name) {
    auto const directives_in = [&](TextPart const &part) {
        try {
            return directives_of(part.lexed, {{0, part.lexed.text.size(), 1}, std::nullopt, std::nullopt});
        } catch (Failure &failure) {
            failure.message = part.path + ", changeset " + name + ", " + failure.message;
            throw;
        }
    };
    FileDirectives directives = directives_in(changeset.up);
    if (changeset.down)
        directives.down = directives_in(*changeset.down).up;
    directives.up.no_transaction |= changeset.no_transaction;
    directives.down.no_transaction |= changeset.no_transaction;
    directives.repeatable |= changeset.repeatable;
    directives.up.logical_file = changeset.logical_file;
    return directives;
}

} // namespace

std::vector<MigrationText> read_liquibase(ReadGroupArguments const &arguments) {
    Changelog changelog = read_changelog(*arguments.group.up, arguments.placeholders, arguments.lexer);
    arguments.skipped.insert(arguments.skipped.end(), changelog.skipped.begin(), changelog.skipped.end());
    std::vector<MigrationText> result;
    for (Changeset &changeset : changelog.changesets) {
        check_for_interrupts();
        MigrationText migration;
        migration.version = arguments.group.version + std::to_string(result.size() + 1);
        migration.changeset = true;
        migration.name = changeset.author + ":" + changeset.id;
        migration.directives = directives_of_changeset(changeset, migration.name);
        migration.kind = migration.directives.repeatable ? Kind::repeatable : Kind::versioned;
        migration.up = std::move(changeset.up);
        migration.down = std::move(changeset.down);
        migration.down_unreadable = std::move(changeset.down_unreadable);
        result.push_back(std::move(migration));
    }
    return result;
}

} // namespace mig
