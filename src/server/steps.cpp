#include "server/steps.hpp"

#include "core/difference.hpp"
#include "core/failure.hpp"
#include "server/lexing.hpp"
#include "server/parsing.hpp"

#include <algorithm>

namespace mig::server {

namespace {

Step step_of(Migration const &migration, StoredTexts &texts, Direction direction) {
    bool const down = direction == Direction::down;
    StoredText text = down && migration.down_on_record() ? texts.on_record(migration.record->id)
                                                          : texts.loaded(migration.version());
    Step step{&migration, {}, std::move(text), {}, {}};
    step.body = down ? step.text.down().value_or("") : step.text.up();
    step.origin = {std::string(migration.version()), std::string(migration.name()),
                   std::string(step.text.source().value_or("")), down,
                   down ? step.text.down_line() : step.text.up_line()};
    step.statements = runnable(parse(lex(step.body, step.origin.source, step.origin.first_line), step.origin.source,
                                     step.origin.first_line),
                               step.origin);
    return step;
}

std::string difference(Migration const &migration, StoredTexts &texts) {
    StoredText const applied = texts.on_record(migration.record->id), loaded = texts.loaded(migration.version());
    std::string text = first_difference(lex(applied.up()), lex(loaded.up()), loaded.up_line());
    return text.empty() ? "the checksum differs" : text;
}

} // namespace

std::vector<Step> steps(Catalog const &catalog, RunPlan const &plan, Direction direction) {
    StoredTexts texts(catalog.module());
    std::vector<Step> result;
    result.reserve(plan.steps.size());
    for (Migration const *migration : plan.steps)
        result.push_back(step_of(*migration, texts, direction));
    return result;
}

void refuse_modified(Catalog const &catalog) {
    std::vector<Migration const *> const modified = modified_of(catalog.migrations());
    if (modified.empty())
        return;
    constexpr std::size_t most = 10; // named with what differs
    StoredTexts texts(catalog.module());
    std::string detail;
    for (std::size_t i = 0; i < std::min(modified.size(), most); ++i)
        detail += label(*modified[i]) + ", " + difference(*modified[i], texts) + "\n";
    if (modified.size() > most)
        detail += "... and " + std::to_string(modified.size() - most) + " more\n";
    std::string const first = std::string(modified.front()->version());
    throw Failure(sqlstate::modified,
                  modified.size() == 1 ? "migration " + label(*modified.front()) + " was changed after it was applied"
                                       : std::to_string(modified.size()) + " migrations were changed after they were applied",
                  detail + "Nothing was run.",
                  "Restore the file and load it again, write the change as a new migration, or, after a review, "
                  "SELECT migrator.accept('" + first + "', 'reason').");
}

} // namespace mig::server
