#include "core/convention/group_reading.hpp"
#include "core/convention/sections.hpp"

namespace mig {

namespace {

constexpr Section whole(Lexed const &text) { return {0, text.text.size(), 1}; }

// The settings file for `file`: V1__x.sql.conf is for V1__x.sql only, metadata.toml for both files of its directory. It
// is the former if its path begins with that of a file, and then the other file of the group has no part in it.
ToolSettings settings_of(Convention const &convention, FileGroup const &group, SourceFile const *file) {
    SourceFile const *const other = file == group.up ? group.down : group.up;
    auto const is_for = [](SourceFile const &settings, SourceFile const *body) {
        return body && settings.path.rfind(body->path, 0) == 0;
    };
    for (SourceFile const *settings : group.settings)
        if (is_for(*settings, file) || !is_for(*settings, other))
            return convention.settings(settings->content, settings->path);
    return {};
}

[[noreturn]] void refuse_two_downs(std::string const &path, std::uint32_t line, std::string const &other) {
    throw Failure(sqlstate::malformed_file, path + ", line " + std::to_string(line) + ": a second down section",
                  "The first is the file \"" + other + "\".", "Remove one of the two.");
}

class GroupReader {
  public:
    explicit GroupReader(ReadGroupArguments const &arguments)
        : arguments_(arguments), convention_(arguments.convention), group_(arguments.group) {}

    MigrationText read() {
        ScannedFile const up = file(group_.up, MarkerKind::up);
        MigrationText migration = in_file(
            group_.up->path, [&] { return migration_of(convention_, up, parse_document(up.text, up.markers)); });
        migration.directives.up.no_transaction |= !settings_.in_transaction;
        if (group_.down)
            add_down(migration);
        else
            migration.directives.down.no_transaction |= !settings_.in_transaction;
        if (group_.verify) {
            ScannedFile const verify = file(group_.verify, MarkerKind::verify);
            migration.verify = part_of(verify, whole(verify.text));
        }
        complete_from_group(migration, group_);
        return migration;
    }

  private:
    ScannedFile file(SourceFile const *source, MarkerKind section) {
        ScannedFile result = read_file(convention_, *source, rewritten(source), arguments_.lexer);
        refuse_slips(convention_, result, section);
        return result;
    }

    RewrittenText rewritten(SourceFile const *source) {
        settings_ = settings_of(convention_, group_, source);
        if (convention_.prepare && settings_.placeholders)
            return convention_.prepare(source->content, arguments_.placeholders, source->path);
        return nullptr;
    }

    void add_down(MigrationText &migration) {
        if (migration.down)
            refuse_two_downs(group_.up->path, migration.down->line, group_.down->path);
        ScannedFile const down = read_down_file(convention_, *group_.down, rewritten(group_.down), arguments_.lexer);
        refuse_slips(convention_, down, MarkerKind::down);
        MigrationText as_up = in_file(group_.down->path, [&] {
            return migration_of(convention_, down, {whole(down.text), std::nullopt, std::nullopt});
        });
        migration.down = std::move(as_up.up);
        migration.down_unreadable = down.unreadable_down;
        migration.directives.down = as_up.directives.up;
        migration.directives.down.no_transaction |= !settings_.in_transaction;
    }

    ReadGroupArguments const &arguments_;
    Convention const &convention_;
    FileGroup const &group_;
    ToolSettings settings_ = {}; // for the file that was read last
};

} // namespace

std::vector<MigrationText> read_group(Convention const &convention, FileGroup const &group,
                                      Placeholders const &placeholders, Lexer const &lexer,
                                      std::vector<SkippedFile> *skipped) {
    std::vector<SkippedFile> ignored;
    ReadGroupArguments const arguments{convention, group, placeholders, lexer, skipped ? *skipped : ignored};
    if (convention.read)
        return convention.read(arguments);
    std::vector<MigrationText> result;
    result.push_back(GroupReader(arguments).read());
    return result;
}

} // namespace mig
