#include "core/group_reading.hpp"
#include "core/tool_settings.hpp"

namespace mig {

namespace {

constexpr Section whole(Lexed const &text) { return {0, text.text.size(), 1}; }

void apply_setting(Convention const &convention, FileGroup const &group, SourceFile const &settings,
                   FileDirectives &directives) {
    if (!turned_off(settings, convention.setting))
        return;
    // V1__x.sql.conf is about V1__x.sql, metadata.toml about its directory.
    auto const beside = [&](SourceFile const *file) { return file && settings.path.rfind(file->path, 0) == 0; };
    directives.up.no_transaction |= !beside(group.down);
    directives.down.no_transaction |= !beside(group.up);
}

[[noreturn]] void refuse_two_downs(std::string const &path, std::uint32_t line, std::string const &other) {
    throw Failure(sqlstate::malformed_file, path + ", line " + std::to_string(line) + ": a second down section",
                  "The first is the file \"" + other + "\".", "Remove one of the two.");
}

} // namespace

std::vector<MigrationText> read_group(Convention const &convention, FileGroup const &group,
                                      Placeholders const &placeholders, Lexer const &lexer) {
    if (convention.read)
        return convention.read(convention, group, lexer);
    auto const read = [&](SourceFile const &file) {
        return read_file(convention, file, convention.prepare ? convention.prepare(file, placeholders) : nullptr,
                         lexer);
    };
    ReadFile const up = read(*group.up);
    MigrationText migration = in_file(group.up->path, [&] {
        return migration_of(convention, up, parse_document(up.text, up.markers));
    });
    if (group.down) {
        if (migration.down)
            refuse_two_downs(group.up->path, migration.down->line, group.down->path);
        ReadFile const down = read(*group.down);
        MigrationText back = in_file(group.down->path, [&] {
            return migration_of(convention, down, {whole(down.text), std::nullopt, std::nullopt});
        });
        migration.down = std::move(back.up);
        migration.directives.down = back.directives.up;
    }
    if (group.verify) {
        ReadFile const verify = read(*group.verify);
        migration.verify = part_of(verify, whole(verify.text));
    }
    for (SourceFile const *settings : group.settings)
        in_file(settings->path, [&] { apply_setting(convention, group, *settings, migration.directives); });

    complete(migration, group);
    std::vector<MigrationText> result;
    result.push_back(std::move(migration));
    return result;
}

} // namespace mig
