#include "server/steps.hpp"

#include "core/checksum.hpp"
#include "core/difference.hpp"
#include "core/failure.hpp"
#include "core/text.hpp"
#include "core/version.hpp"
#include "server/lexing.hpp"
#include "server/parsing.hpp"

#include <algorithm>

namespace mig::server {

namespace {

// One by one: a statement is compared for itself when a run goes on behind those that have run.
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

Step step_of(Migration const &migration, StoredText const &text, Direction direction, Scope scope) {
    bool const down = direction == Direction::down;
    Step step{};
    step.migration = &migration;
    step.text = text;
    step.body = down ? text.down.value_or("") : text.up;
    step.directives = stored_directives((down ? text.down_directives : text.up_directives).value_or(""));
    step.origin = {std::string(migration.version()), std::string(migration.name()),
                   std::string(down ? text.down_source.value_or(text.source.value_or("")) : text.source.value_or("")),
                   down, down ? text.down_line : text.up_line};
    Lexed const lexed = lex(step.body, step.origin.source, step.origin.first_line);
    // One that stopped half-way goes on as it began, whatever its file says now.
    bool const began = down ? migration.half_rolled_back() : migration.half_applied();
    Body body = runnable(parse(lexed, step.origin.source, step.origin.first_line), step.origin,
                         transaction_of(step.directives), began);
    if (scope == Scope::one_transaction)
        require_transactional(body, step.origin);
    step.transactional = body.transactional;
    step.statements = std::move(body.statements);
    if (!step.transactional) {
        step.checksums = checksums_of(lexed, step.statements);
        step.resume = resume_of(migration, down, step.checksums);
    }
    return step;
}

// The oldest and the newest version of the plan: a rollback lists them in another order.
std::pair<std::string_view, std::string_view> span_of(RunPlan const &plan) {
    auto const older = [](Migration const *a, Migration const *b) {
        return version::compare(a->version(), b->version()) < 0;
    };
    auto const [first, last] = std::minmax_element(plan.steps.begin(), plan.steps.end(), older);
    return {(*first)->version(), (*last)->version()};
}

std::string difference(Catalog const &catalog, Migration const &migration) {
    StoredTexts const records = StoredTexts::on_record(migration.record->id);
    StoredTexts const loads = StoredTexts::loaded(catalog.module(), migration.version(), migration.version());
    StoredText const applied = records.of(migration.version()), loaded = loads.of(migration.version());
    std::string text = first_difference(lex(applied.up), lex(loaded.up), loaded.up_line);
    return text.empty() ? "the checksum differs" : text;
}

} // namespace

Steps steps(Catalog const &catalog, RunPlan const &plan, Direction direction, Scope scope) {
    Steps result;
    if (plan.steps.empty())
        return result;
    auto const [first, last] = span_of(plan);
    result.texts.push_back(StoredTexts::loaded(catalog.module(), first, last));
    result.list.reserve(plan.steps.size());
    for (Migration const *migration : plan.steps) {
        bool const recorded = direction == Direction::down && migration->down_on_record();
        if (recorded)
            result.texts.push_back(StoredTexts::on_record(migration->record->id));
        StoredTexts const &texts = recorded ? result.texts.back() : result.texts.front();
        result.list.push_back(step_of(*migration, texts.of(migration->version()), direction, scope));
    }
    return result;
}

void refuse_modified(Catalog const &catalog) {
    std::vector<Migration const *> const modified = modified_of(catalog.migrations());
    if (modified.empty())
        return;
    constexpr std::size_t most = 10; // named with what differs
    std::string detail;
    for (std::size_t i = 0; i < std::min(modified.size(), most); ++i)
        detail += label(*modified[i]) + ", " + difference(catalog, *modified[i]) + "\n";
    if (modified.size() > most)
        detail += "... and " + std::to_string(modified.size() - most) + " more\n";
    std::string arguments = sql_literal(modified.front()->version()) + ", 'reason'";
    if (catalog.module() != "main")
        arguments += ", " + sql_literal(catalog.module());
    throw Failure(sqlstate::modified,
                  modified.size() == 1
                      ? "migration " + label(*modified.front()) + " was changed after it was applied"
                      : std::to_string(modified.size()) + " migrations were changed after they were applied",
                  detail + "Nothing was run.",
                  "Restore the file and load it again, write the change as a new migration, or, after a review, "
                  "SELECT migrator.accept(" +
                      arguments + ").");
}

} // namespace mig::server
