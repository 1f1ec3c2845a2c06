#include "server/prepare/steps.hpp"

#include "core/base/failure.hpp"
#include "core/base/version.hpp"
#include "core/migration/checksum.hpp"
#include "core/migration/difference.hpp"
#include "core/migration/verification.hpp"
#include "core/text/text.hpp"
#include "server/parse/by_catalog.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/parsing.hpp"
#include "server/prepare/requirements.hpp"

#include <algorithm>

namespace mig::server {

namespace {

// One for each statement: a run that resumes compares the statements that have run one by one.
std::vector<std::string> checksums_of(Lexed const &body, std::vector<Statement> const &statements) {
    std::vector<std::string> checksums;
    checksums.reserve(statements.size());
    for (Statement const &statement : statements)
        checksums.push_back(checksum::of_statement(body, statement));
    return checksums;
}

Transaction transaction_of(Directives const &directives) {
    if (directives.no_transaction)
        return Transaction::none;
    return directives.autocommit ? Transaction::if_possible : Transaction::of_runner;
}

// Without parse trees: no rule of lint() reads a verify script.
Verification verification_of(Origin origin, StoredBody const &verify) {
    origin.verify = true;
    if (verify.source)
        origin.source = *verify.source;
    origin.first_line = verify.line;
    Lexed const lexed = lex(verify.sql, origin.source, origin.first_line);
    std::vector<Statement> statements =
        mig::verify_script_statements(parse(lexed, origin.source, origin.first_line), verify.sql, origin);
    return {std::move(origin), verify.sql, std::move(statements)};
}

Step step_of(Migration const &migration, StoredText const &text, Direction direction, Scope scope, ParseTrees *trees) {
    bool const down = direction == Direction::down;
    MigrationContent const &content = text.content;
    Step step{};
    step.migration = &migration;
    step.text = text;
    StoredBody const stored = down ? content.down.value_or(StoredBody{}) : content.up;
    step.body = stored.sql;
    step.directives = parse_stored_directives((down ? content.down_directives : content.up_directives).value_or(""));
    // A down section of the same file has no source of its own.
    step.origin = {std::string(migration.version()), std::string(migration.name()),
                   std::string(stored.source.value_or(content.up.source.value_or(""))), down, stored.line};
    Lexed const lexed = lex(step.body, step.origin.source, step.origin.first_line);
    // One that is partly done is resumed in the way in which it began, whatever its file says now.
    bool const began = down ? migration.partly_rolled_back() : migration.partly_applied();
    std::vector<Statement> parsed = parse(lexed, step.origin.source, step.origin.first_line, trees);
    if (!began)
        classify_by_catalog(parsed, step.body, transaction_of(step.directives));
    Body body = plan_body(std::move(parsed), step.origin, transaction_of(step.directives), began);
    if (scope == Scope::one_transaction)
        require_transactional(body, step.origin);
    step.transactional = body.transactional;
    step.has_begin = body.begins;
    step.statements = std::move(body.statements);
    if (!step.transactional) {
        // Only here, since a transaction has nothing to resume: computing them takes a pass over the text.
        step.checksums = checksums_of(lexed, step.statements);
        step.resume = resume_of(migration, down, step.checksums);
    }
    if (content.verify && !down)
        step.verification = std::make_unique<Verification const>(verification_of(step.origin, *content.verify));
    return step;
}

// The texts of the migrations of a plan, as loaded or as recorded. Those that are loaded are read by one query for each
// kind, as a range of versions. The kinds have ranges of their own; one range over all of them would read many
// migrations that are not in the plan.
class Texts {
  public:
    Texts(Catalog const &catalog, RunPlan const &plan, std::vector<StoredTexts> &owner) : owner_(owner) {
        for (Kind const kind : {Kind::versioned, Kind::repeatable, Kind::snapshot}) {
            Migration const *first = nullptr, *last = nullptr;
            for (std::vector<Migration const *> const *const part : {&plan.steps, &plan.covered})
                for (Migration const *migration : *part)
                    if (migration->kind() == kind && migration->loaded) {
                        first = !first || before(migration, first) ? migration : first;
                        last = !last || before(last, migration) ? migration : last;
                    }
            of_kind_[static_cast<std::size_t>(kind)] = owner_.size();
            if (first)
                owner_.push_back(StoredTexts::loaded(catalog.module(), first->version(), last->version()));
        }
    }

    // A recorded text is found by the ID of its event, since a migration can have run more than once with different
    // texts.
    StoredText find(Migration const &migration, bool recorded) {
        if (recorded)
            owner_.push_back(StoredTexts::on_record(migration.record->id));
        std::size_t const place = of_kind_[static_cast<std::size_t>(migration.kind())];
        return (recorded ? owner_.back() : owner_[place]).get(migration.version());
    }

  private:
    // By version::compare(), which orders like the SQL type migrator.version: the range is one of its index.
    static bool before(Migration const *a, Migration const *b) {
        return version::compare(a->version(), b->version()) < 0;
    }

    std::vector<StoredTexts> &owner_;
    std::size_t of_kind_[3] = {};
};

// Of a migration that is refused, nothing is added to the list.
void add_steps(Steps &steps, Catalog const &catalog, RunPlan const &plan, Direction direction, Scope scope) {
    Texts texts(catalog, plan, steps.texts);
    bool const down = direction == Direction::down;
    if (!down && !steps.trees) // no rule reads a rollback
        steps.trees = std::make_unique<ParseTrees>();
    for (Migration const *migration : plan.steps) {
        StoredText const text = texts.find(*migration, down && migration->down_on_record());
        Step step = step_of(*migration, text, direction, scope, steps.trees.get());
        if (migration->kind() == Kind::snapshot)
            for (Migration const *covered : plan.covered)
                step.covered.push_back({covered, texts.find(*covered, down && covered->down_on_record())});
        steps.list.push_back(std::move(step));
    }
}

// What has changed since the migration was applied, for the DETAIL. Both texts are read only now that there is an error
// to explain: a run without one compares checksums.
std::string difference(Catalog const &catalog, Migration const &migration) {
    if (migration.changeset_was_replaced())
        return "but what was applied as " + std::string(migration.version()) + " is " +
               std::string(migration.record->name);
    StoredTexts const on_record = StoredTexts::on_record(migration.record->id);
    StoredTexts const in_module = StoredTexts::loaded(catalog.module(), migration.version(), migration.version());
    StoredBody const applied = on_record.get(migration.version()).content.up,
                     loaded = in_module.get(migration.version()).content.up;
    std::string text = first_difference(lex(applied.sql), lex(loaded.sql), loaded.line);
    return text.empty() ? "the checksum differs" : text;
}

} // namespace

Steps prepare_steps(Catalog const &catalog, RunPlan const &plan, Direction direction, Scope scope) {
    Steps steps;
    if (plan.steps.empty())
        return steps;
    // Before any text is read: a plan that is refused costs no more than the catalog.
    check_requirements(catalog, plan, direction);
    steps.list.reserve(plan.steps.size());
    add_steps(steps, catalog, plan, direction, scope);
    return steps;
}

void add_steps_to_examine(Steps &steps, Catalog const &catalog, RunPlan const &plan) {
    add_steps(steps, catalog, plan, Direction::up, Scope::everything);
}

void refuse_modified(Catalog const &catalog) {
    std::vector<Migration const *> const modified = modified_migrations(catalog.migrations());
    if (modified.empty())
        return;
    constexpr std::size_t max_listed = 10;
    std::string detail;
    for (std::size_t i = 0; i < std::min(modified.size(), max_listed); ++i)
        detail += label(*modified[i]) + ", " + difference(catalog, *modified[i]) + "\n";
    if (modified.size() > max_listed)
        detail += "... and " + std::to_string(modified.size() - max_listed) + " more\n";
    std::string const message =
        modified.size() == 1 ? "migration " + label(*modified.front()) + " was changed after it was applied"
                             : std::to_string(modified.size()) + " migrations were changed after they were applied";
    detail += "Nothing was run.";
    // accept() would be wrong for these: it would put another changeset's text under the version of the one that ran.
    if (std::any_of(modified.begin(), modified.end(),
                    [](Migration const *migration) { return migration->changeset_was_replaced(); }))
        throw Failure(sqlstate::modified, message, detail,
                      "Load the file again: its changesets are then found by author and id.");
    std::string arguments = sql_literal(modified.front()->version()) + ", 'reason'";
    if (catalog.module() != "main")
        arguments += ", " + sql_literal(catalog.module());
    std::string const undo = call_to_undo(catalog.migrations(), modified, catalog.module());
    throw Failure(
        sqlstate::modified, message, detail,
        "Restore the file and load it again, " +
            (undo.empty() ? ""
                          : "or, where the data may be lost, SELECT * FROM " + undo + " and run the new text, or ") +
            "write the change as a new migration, or, after a review, SELECT migrator.accept(" + arguments + ").");
}

} // namespace mig::server
