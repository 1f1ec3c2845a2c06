#include "inventory/applied_bodies.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "inventory/database_objects.hpp"
#include "inventory/reading.hpp"
#include "server/db/owner.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/db/subtransaction.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/tree.hpp"
#include "server/store/modules.hpp"
#include "server/store/stored_texts.hpp"

#include <algorithm>
#include <limits>
#include <memory>

extern "C" {
#include "parser/parser.h"
}

namespace mig::server {

namespace {

struct AppliedBody {
    Catalog const *catalog;
    Migration const *migration;
    std::int64_t order;    // in which they ran, as far as they did
    bool baseline = false; // that baseline() has marked or marks

    // Its text is that in the history, if what is loaded is another one or nothing.
    bool on_record() const {
        return !migration->loaded || migration->status == Status::modified || migration->changed();
    }
    std::size_t place() const { return static_cast<std::size_t>(migration - catalog->migrations().data()); }
};

// The place of the newest snapshot that has run. What it covers is a baseline too, but its own body is what ran.
std::string_view covered_up_to(std::vector<Migration> const &all) {
    std::string_view newest;
    for (Migration const &migration : all) {
        check_for_interrupts();
        if (migration.kind() == Kind::snapshot && migration.run && migration.run->result == Event::Result::applied &&
            (newest.empty() || version::compare(newest, migration.place()) < 0))
            newest = migration.place();
    }
    return newest;
}

void add_bodies(std::vector<AppliedBody> &bodies, Catalog const &catalog, bool own) {
    std::string_view const covered = covered_up_to(catalog.migrations());
    for (Migration const &migration : catalog.migrations()) {
        check_for_interrupts();
        if (!migration.run) {
            if (migration.partly_applied() && migration.loaded)
                bodies.push_back({&catalog, &migration, migration.unfinished.back()->id});
            continue;
        }
        bool const baseline = migration.run->result == Event::Result::baseline;
        if (baseline && migration.kind() == Kind::versioned && !covered.empty() &&
            version::compare(migration.version(), covered) <= 0)
            continue;
        bodies.push_back({&catalog, &migration, migration.run->id, baseline && own});
    }
}

class BodyReader {
  public:
    explicit BodyReader(Inventory &inventory) : inventory_(inventory), reading_(inventory) {}

    void read(std::size_t number, std::string_view sql) {
        reading_.begin_migration(number);
        // It was parsed when it was loaded, though perhaps by an older release of the server.
        bool const read = run_or_undo([&] { read_statements(sql); }, [](AnyError const &) {});
        if (!read)
            inventory_.doubt_all();
        reading_.end_migration();
    }

  private:
    void read_statements(std::string_view sql) {
        Lexed const lexed = lex(sql);
        for (StatementSpan const &span : split_statements(lexed)) {
            pg::check_for_interrupts();
            std::string_view const first_word = lexed.at(lexed.tokens[span.first]);
            if (same_word(first_word, "insert") || same_word(first_word, "copy")) // a dump has millions of them
                continue;
            text_.assign(sql.substr(lexed.tokens[span.first].begin,
                                    lexed.tokens[span.last - 1].end - lexed.tokens[span.first].begin));
            const char *const chars = text_.c_str();
            trees_.clear();
            List const *const statements = trees_.run([=] { return raw_parser(chars, RAW_PARSE_DEFAULT); });
            each<RawStmt>(statements, [&](RawStmt const &statement) { reading_.read(statement.stmt, lexed, span); });
        }
    }

    Inventory &inventory_;
    Reading reading_;
    ScratchMemory const trees_{"migrator parse trees of baseline()"};
    std::string text_;
};

// In their order, but with neighbors in the order of versions read by one query.
void read_bodies(std::vector<AppliedBody> const &bodies, BodyReader &reader) {
    constexpr std::size_t together = 100;
    for (std::size_t first = 0; first < bodies.size();) {
        AppliedBody const &body = bodies[first];
        if (body.on_record()) {
            StoredTexts const texts = StoredTexts::on_record(body.migration->record->id);
            reader.read(first++, texts.get(body.migration->version()).content.up.sql);
            continue;
        }
        std::size_t end = first + 1;
        while (end < bodies.size() && end - first < together && bodies[end].catalog == body.catalog &&
               !bodies[end].on_record() && bodies[end].place() == bodies[end - 1].place() + 1)
            ++end;
        StoredTexts const texts = StoredTexts::loaded(body.catalog->module(), body.migration->version(),
                                                      bodies[end - 1].migration->version());
        for (; first < end; ++first)
            reader.read(first, texts.get(bodies[first].migration->version()).content.up.sql);
    }
}

} // namespace

BaselineDifferences compare_with_database(Catalog const &catalog, std::vector<Migration const *> const &marked) {
    std::vector<std::unique_ptr<Catalog const>> others;
    std::vector<AppliedBody> bodies;
    add_bodies(bodies, catalog, true);
    for (std::string const &module : all_modules(Access::fresh))
        if (module != catalog.module()) {
            others.push_back(std::make_unique<Catalog const>(module, Access::fresh, Catalog::Detail::plan));
            add_bodies(bodies, *others.back(), false);
        }
    std::stable_sort(bodies.begin(), bodies.end(), [](AppliedBody const &a, AppliedBody const &b) {
        check_for_interrupts();
        return a.order < b.order;
    });
    for (Migration const *migration : marked)
        bodies.push_back({&catalog, migration, std::numeric_limits<std::int64_t>::max(), true});

    Inventory inventory;
    {
        Quiet const quiet;
        BodyReader reader(inventory); // before AsOwner: it notes whose search_path that of the bodies is
        AsOwner const owner;
        read_bodies(bodies, reader);
    }
    BaselineDifferences differences;
    Comparison comparison =
        compare(inventory, database_objects(), [&](std::size_t number) { return bodies[number].baseline; });
    auto const correctable = [](AppliedBody const &body) {
        return body.baseline && (!body.migration->run || body.migration->bottom);
    };
    differences.any_correctable = std::any_of(bodies.begin(), bodies.end(), correctable);
    for (MissingObject &missing : comparison.missing) {
        AppliedBody const &body = bodies[missing.migration];
        differences.missing_correctable = differences.missing_correctable && correctable(body);
        differences.missing.push_back({std::string(body.migration->version()), std::move(missing.text)});
    }
    differences.not_created = std::move(comparison.not_created);
    return differences;
}

} // namespace mig::server
