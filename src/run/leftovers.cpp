#include "run/leftovers.hpp"

#include "bridge/report.hpp"
#include "run/interrupted_ddl.hpp"
#include "server/db/owner.hpp"
#include "server/db/subtransaction.hpp"
#include "server/store/statement_log.hpp"

#include <functional>

namespace mig::server {

namespace {

struct Attempted {
    std::string sql, relation;
    std::vector<std::string> objects_before;
};

std::vector<Attempted> attempted(Step const &step) {
    std::vector<Value> ids;
    for (StatementEvent const *event : step.migration->in_vain)
        if (event != step.resume.began)
            ids.emplace_back(event->id);
    std::vector<Attempted> all;
    if (ids.empty())
        return all;
    struct Column {
        enum : int { sql, relation, objects_before };
    };
    bool const known = session_changes_are_kept();
    AsOwner const owner;
    Rows const rows = query(known ? "SELECT sql, relation, objects_before FROM migrator.statement_entry"
                                    " WHERE id = ANY ($1) AND sql IS NOT NULL ORDER BY id"
                                  : "SELECT sql, NULL::text, objects_before FROM migrator.statement_entry"
                                    " WHERE id = ANY ($1) AND sql IS NOT NULL ORDER BY id",
                            {Value::array(ids)}, Access::fresh);
    for (std::size_t i = 0; i < rows.size(); ++i)
        all.push_back({std::string(rows.text(i, Column::sql)), std::string(rows.text(i, Column::relation)),
                       rows.texts(i, Column::objects_before)});
    return all;
}

using Execute = std::function<void(std::string const &sql)>; // raises what it raises, once it is undone

void take_away(Step const &step, Repair const &repair, Execute const &execute) {
    if (repair.statements.empty())
        return;
    pg::notice("migration " + label(*step.migration) + ": " + repair.notice);
    for (std::string const &sql : repair.statements) {
        try {
            execute(sql);
        } catch (pg::Error const &error) {
            if (error.must_propagate())
                throw;
            warn_that_it_stays(step, error, sql);
        }
    }
}

} // namespace

void warn_that_it_stays(Step const &step, pg::Error const &error, std::string const &sql) {
    pg::warning("migration " + label(*step.migration) + ": what it left stays: " + error.what(),
                "As a role that may: " + sql + ";");
}

void sweep(Transactions &transactions, RunContext &context, Step const &step) {
    for (Attempted const &one : attempted(step)) {
        Repair const repair = leftovers_of(one.sql.c_str(), one.relation, one.objects_before);
        transactions.commit(); // no snapshot of ours is in the way of CONCURRENTLY
        take_away(step, repair, [&](std::string const &sql) {
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

void sweep_in_transaction(RunContext &context, Step const &step) {
    for (Attempted const &one : attempted(step))
        take_away(step, leftovers_of(one.sql.c_str(), one.relation, one.objects_before), [&](std::string const &sql) {
            Subtransaction subtransaction;
            context.statements.execute_repair(step, 0, sql, Level::rehearsal);
            subtransaction.commit();
        });
}

} // namespace mig::server
