#include "run/leftovers.hpp"

#include "bridge/report.hpp"
#include "run/interrupted_ddl.hpp"
#include "server/db/owner.hpp"
#include "server/db/subtransaction.hpp"
#include "server/store/statement_log.hpp"

#include <functional>

namespace mig::server {

namespace {

struct UnfinishedStatement {
    std::string sql, relation;
    std::vector<std::string> objects_before;
};

// From the records of their starts, but for the statement that the step resumes at: that one repairs itself.
std::vector<UnfinishedStatement> unfinished_statements(Step const &step) {
    std::vector<Value> ids;
    for (StatementEvent const *event : step.migration->never_finished)
        if (event != step.resume.last_start)
            ids.emplace_back(event->id);
    std::vector<UnfinishedStatement> unfinished;
    if (ids.empty())
        return unfinished;
    struct Column {
        enum : int { sql, relation, objects_before };
    };
    bool const has_relation = tables_have_session_changes(); // the same update added both columns
    AsOwner const owner;
    Rows const rows = query(has_relation ? "SELECT sql, relation, objects_before FROM migrator.statement_entry"
                                           " WHERE id = ANY ($1) AND sql IS NOT NULL ORDER BY id"
                                         : "SELECT sql, NULL::text, objects_before FROM migrator.statement_entry"
                                           " WHERE id = ANY ($1) AND sql IS NOT NULL ORDER BY id",
                            {Value::array(ids)}, Access::fresh);
    for (std::size_t i = 0; i < rows.size(); ++i)
        unfinished.push_back({std::string(rows.text(i, Column::sql)), std::string(rows.text(i, Column::relation)),
                              rows.texts(i, Column::objects_before)});
    return unfinished;
}

using Execute = std::function<void(std::string const &sql)>; // undoes what fails before it throws

void execute_all(Step const &step, Repair const &repair, Execute const &execute) {
    if (repair.statements.empty())
        return;
    pg::notice("migration " + label(*step.migration) + ": " + repair.notice);
    for (std::string const &sql : repair.statements) {
        try {
            execute(sql);
        } catch (pg::Error const &error) {
            if (error.must_propagate())
                throw;
            warn_about_leftover(step, error, sql); // the migration does not depend on it
        }
    }
}

} // namespace

void warn_about_leftover(Step const &step, pg::Error const &error, std::string const &sql) {
    pg::warning("migration " + label(*step.migration) + ": what it left could not be removed: " + error.what(),
                "As a role that may do so, run: " + sql + ";");
}

void remove_leftovers(Transactions &transactions, RunContext &context, Step const &step) {
    for (UnfinishedStatement const &statement : unfinished_statements(step)) {
        Repair const repair = leftovers_of(statement.sql.c_str(), statement.relation, statement.objects_before);
        transactions.commit(); // drops our snapshot, which CONCURRENTLY would wait for
        execute_all(step, repair, [&](std::string const &sql) {
            try {
                context.statements.execute_repair(step, 0, sql, Level::top);
                lock_hold::end();
                transactions.commit();
            } catch (pg::Error const &) {
                transactions.roll_back();
                throw;
            }
        });
    }
}

void remove_leftovers_in_transaction(RunContext &context, Step const &step) {
    for (UnfinishedStatement const &statement : unfinished_statements(step))
        execute_all(step, leftovers_of(statement.sql.c_str(), statement.relation, statement.objects_before),
                    [&](std::string const &sql) {
                        Subtransaction subtransaction;
                        context.statements.execute_repair(step, 0, sql, Level::rehearsal);
                        subtransaction.commit();
                    });
}

} // namespace mig::server
