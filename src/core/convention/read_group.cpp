#include "core/convention/group_reading.hpp"
#include "core/convention/sections.hpp"

namespace mig {

namespace {

constexpr Section whole(Lexed const &text) { return {0, text.text.size(), 1}; }

// What stands beside a file: V1__x.sql.conf is about V1__x.sql, metadata.toml about its directory.
ToolSettings settings_of(Convention const &convention, FileGroup const &group, SourceFile const *file) {
    SourceFile const *const other = file == group.up ? group.down : group.up;
    auto const about = [](SourceFile const &settings, SourceFile const *one) {
        return one && settings.path.rfind(one->path, 0) == 0;
    };
    for (SourceFile const *settings : group.settings)
        if (about(*settings, file) || !about(*settings, other))
            return convention.settings(settings->content, settings->path);
    return {};
}

[[noreturn]] void refuse_two_downs(std::string const &path, std::uint32_t line, std::string const &other) {
    throw Failure(sqlstate::malformed_file, path + ", line " + std::to_string(line) + ": a second down section",
                  "The first is the file \"" + other + "\".", "Remove one of the two.");
}

class GroupReader {
  public:
    explicit GroupReader(GroupReading const &reading)
        : reading_(reading), convention_(reading.convention), group_(reading.group) {}

    MigrationText read() {
        ReadFile const up = file(group_.up);
        MigrationText migration = in_file(
            group_.up->path, [&] { return migration_of(convention_, up, parse_document(up.text, up.markers)); });
        migration.directives.up.no_transaction |= !settings_.in_transaction;
        if (group_.down)
            add_down(migration);
        else
            migration.directives.down.no_transaction |= !settings_.in_transaction;
        if (group_.verify) {
            ReadFile const verify = file(group_.verify);
            migration.verify = part_of(verify, whole(verify.text));
        }
        complete(migration, group_);
        return migration;
    }

  private:
    ReadFile file(SourceFile const *source) {
        return read_file(convention_, *source, prepared(source), reading_.lexer);
    }

    Prepared prepared(SourceFile const *source) {
        settings_ = settings_of(convention_, group_, source);
        if (convention_.prepare && settings_.placeholders)
            return convention_.prepare(source->content, reading_.placeholders, source->path);
        return nullptr;
    }

    void add_down(MigrationText &migration) {
        if (migration.down)
            refuse_two_downs(group_.up->path, migration.down->line, group_.down->path);
        ReadFile const down = read_down_file(convention_, *group_.down, prepared(group_.down), reading_.lexer);
        MigrationText back = in_file(group_.down->path, [&] {
            return migration_of(convention_, down, {whole(down.text), std::nullopt, std::nullopt});
        });
        migration.down = std::move(back.up);
        migration.down_unreadable = down.unreadable_down;
        migration.directives.down = back.directives.up;
        migration.directives.down.no_transaction |= !settings_.in_transaction;
    }

    GroupReading const &reading_;
    Convention const &convention_;
    FileGroup const &group_;
    ToolSettings settings_ = {}; // of the file that was read last
};

} // namespace

std::vector<MigrationText> read_group(Convention const &convention, FileGroup const &group,
                                      Placeholders const &placeholders, Lexer const &lexer,
                                      std::vector<NotTaken> *not_taken) {
    std::vector<NotTaken> unheard;
    GroupReading const reading{convention, group, placeholders, lexer, not_taken ? *not_taken : unheard};
    if (convention.read)
        return convention.read(reading);
    std::vector<MigrationText> result;
    result.push_back(GroupReader(reading).read());
    return result;
}

} // namespace mig
