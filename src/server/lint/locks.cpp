// Locks: hazards L1 to L16.
#include "server/lint/lock_modes.hpp"
#include "server/lint/rule.hpp"

namespace mig::server::lint {

namespace {

// L1
void create_index(Subject const &subject, Report &report) {
    if (!IsA(subject.node, IndexStmt))
        return;
    auto const *statement = castNode(IndexStmt, subject.node);
    Relation const *const table = subject.world.find(statement->relation);
    if (statement->concurrent || !table || table->small())
        return;
    report.add(table->severity(),
               "CREATE INDEX reads all of " + table->label() + " and blocks writes to it (ShareLock) until it is built",
               "CREATE INDEX CONCURRENTLY, in a migration of its own");
}

constexpr Rule table[] = {
    {"create-index-without-concurrently", "writes wait until the index is built", create_index},
};

} // namespace

Rules lock_rules() noexcept { return {std::begin(table), std::end(table)}; }

} // namespace mig::server::lint
