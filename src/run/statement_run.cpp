#include "run/statement_run.hpp"

#include "bridge/report.hpp"
#include "core/text/text.hpp"
#include "run/transaction_hint.hpp"
#include "server/db/owner.hpp"
#include "server/db/settings.hpp"
#include "server/db/subtransaction.hpp"
#include "server/parse/about_extension.hpp"
#include "server/session/statement_timer.hpp"
#include "server/watch/lock_hold.hpp"

#include <algorithm>
#include <utility>

extern "C" {
#include "tcop/tcopprot.h"
#include "utils/errcodes.h"
}

namespace mig::server {

namespace {

// The server's messages may be translated, but not the names of the settings in them.
bool is_about_role(pg::Error const &error) {
    std::string_view const text = error.what();
    return error.sqlstate() == ERRCODE_INSUFFICIENT_PRIVILEGE &&
           (text.find("\"role\"") != text.npos || text.find("\"session_authorization\"") != text.npos);
}

// Sets what current_query() returns, for instance to an audit trigger, and what the server logs as the STATEMENT of a
// WARNING. It is always restored: an ERROR arrives here as an exception.
class CurrentQuery {
  public:
    explicit CurrentQuery(const char *sql) : before_(debug_query_string) { debug_query_string = sql; }
    ~CurrentQuery() { debug_query_string = before_; }
    CurrentQuery(CurrentQuery const &) = delete;
    CurrentQuery &operator=(CurrentQuery const &) = delete;

  private:
    const char *const before_;
};

std::string beginning_of(std::string_view sql) {
    std::string_view const part = shortened(sql, 100);
    std::string text(part);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return part.size() < sql.size() ? text + "..." : text;
}

// A pg_dump of a later version SETs parameters that this server does not know.
void explain_unknown_parameter(pg::Error &error) {
    if (error.is_message("unrecognized configuration parameter \"%s\"") && !*error.hint_text())
        error.set_hint("This server does not have it. The output of a later version's pg_dump sets such parameters in "
                       "its first lines: remove the line from the file and load it again.");
}

} // namespace

void StatementRun::execute(Step const &step, std::size_t index, Level level) {
    try {
        execute_one(step, index, level);
    } catch (pg::Error &error) {
        advise_no_transaction(error, step, index, level, where_);
        throw;
    }
}

void StatementRun::execute_one(Step const &step, std::size_t index, Level level) {
    Statement const &statement = step.statements[index];
    set_place(step, index);
    sql_.assign(sql_of(step.body, statement));
    tree_ = kept_tree(statement);
    if (pass_over(step, index))
        return;
    if (statement.copies())
        copy(step, index, level);
    else
        observe({step, statement, *number_, *line_, false, sql_}, level, nullptr);
}

bool StatementRun::pass_over(Step const &step, std::size_t index) {
    using Kind = Statement::PassedOver;
    Statement const &statement = step.statements[index];
    if (statement.passed_over == Kind::no || (statement.passed_over == Kind::trait && names_others_object(sql_)))
        return false;
    pg::check_for_interrupts();
    if (observer_) {
        observer_->statement_begins({step, statement, *number_, *line_, false, sql_});
        if (observer_->statement_passed_over("it is about the extension migrator itself"))
            return true;
    }
    if (passed_over_ && passed_over_->last >= index) // of a try before this one
        passed_over_.reset();
    if (!passed_over_)
        passed_over_.emplace();
    if (passed_over_->count++ < most_listed)
        passed_over_->list += (passed_over_->list.empty() ? "line " : "\nline ") + std::to_string(*line_) +
                              ", statement " + std::to_string(*number_) + ": " + beginning_of(sql_);
    passed_over_->last = index;
    return true;
}

void StatementRun::report_passed_over(Step const &step) {
    std::optional<PassedOver> const passed_over = std::exchange(passed_over_, std::nullopt);
    if (!passed_over)
        return;
    std::size_t const count = passed_over->count;
    pg::notice("passed over: " + (count == 1 ? std::string("a statement") : std::to_string(count) + " statements") +
                   " about the extension migrator itself, in migration " + label(*step.migration),
               passed_over->list +
                   (count > most_listed ? "\n... and " + std::to_string(count - most_listed) + " more" : ""),
               "");
}

// An error about a row is reported at the line of that row, not at that of the COPY.
void StatementRun::copy(Step const &step, std::size_t index, Level level) {
    Statement const &statement = step.statements[index];
    Origin const &origin = step.origin;
    std::string const text_name = !origin.source.empty() ? "file " + origin.source : origin.down ? "down" : "up";
    CopyRows rows(step.body.substr(statement.data_begin, statement.data_end - statement.data_begin), text_name.c_str(),
                  origin.first_line + statement.line - 1 +
                      line_at(step.body.substr(statement.begin), statement.data_begin - statement.begin) - 1);
    try {
        observe({step, statement, *number_, *line_, false, sql_}, level, &rows);
    } catch (pg::Error const &) {
        if (std::optional<std::uint32_t> const line = rows.bad_line()) {
            line_ = static_cast<std::int32_t>(*line);
            where_ += ", row in line " + std::to_string(*line);
        }
        throw;
    }
}

void StatementRun::execute_verification(Step const &step, std::size_t index) {
    Verification const &verification = *step.verification;
    Statement const &statement = verification.statements[index];
    where_ = describe(verification.origin, statement.line) + ", verify statement " + std::to_string(index + 1) +
             " of " + std::to_string(verification.statements.size());
    number_ = std::nullopt; // that is the number in the body
    line_ = static_cast<std::int32_t>(verification.origin.first_line + statement.line - 1);
    sql_.assign(sql_of(verification.body, statement));
    tree_ = nullptr;
    observe({step, statement, static_cast<std::int32_t>(index + 1), *line_, true, sql_}, Level::function, nullptr);
}

// Under the number of the statement that it precedes, whose record it belongs to.
void StatementRun::execute_repair(Step const &step, std::size_t index, std::string const &sql, Level level) {
    set_place(step, index);
    where_ += ", repair before it";
    sql_ = sql;
    tree_ = nullptr;
    run(step, level, nullptr);
}

void StatementRun::set_place(Step const &step, const char *what) {
    where_ = describe(step.origin, 1) + ", " + what;
    number_ = line_ = std::nullopt;
}

void StatementRun::add_place(AnyError &error) const {
    // The context frame was set before the row of a COPY was known.
    std::string const statement = where_.substr(0, where_.find(", row in line "));
    if (!statement.empty() && std::string_view(error.context_text()).find(statement) == std::string_view::npos)
        error.add_context(where_);
}

void StatementRun::set_place(Step const &step, std::size_t index) {
    Statement const &statement = step.statements[index];
    where_ = describe(step.origin, statement.line) + ", statement " + std::to_string(index + 1) + " of " +
             std::to_string(step.statements.size());
    number_ = static_cast<std::int32_t>(index + 1);
    line_ = static_cast<std::int32_t>(step.origin.first_line + statement.line - 1);
}

// A subtransaction only where the observer allows it: COPY ... FREEZE and SET TRANSACTION do not work inside one, and
// thousands of them are slow.
void StatementRun::observe(BegunStatement const &statement, Level level, CopyRows *rows) {
    if (!observer_) {
        (void) run(statement.step, level, rows);
        return;
    }
    observer_->statement_begins(statement);
    if (!observer_->can_leave_out(statement)) {
        observer_->statement_ended(run(statement.step, level, rows));
        return;
    }
    Subtransaction subtransaction;
    try {
        Completion const completion = run(statement.step, level, rows);
        subtransaction.commit();
        observer_->statement_ended(completion);
    } catch (pg::Error const &error) {
        if (!subtransaction.open() || !observer_->can_continue_after(error))
            throw;
        std::string const why = error.what();
        subtransaction.roll_back();
        observer_->statement_left_out(why);
    }
}

Completion StatementRun::run(Step const &step, Level level, CopyRows *rows) {
    pg::check_for_interrupts();
    activity_.show({step.origin.version, module_, direction_ == Direction::down,
                    static_cast<std::uint32_t>(number_.value_or(0)),
                    static_cast<std::uint32_t>(number_ ? step.statements.size() : 0), sql_, place_in_run_.number,
                    place_in_run_.total});
    pg::ContextFrame context;
    context.set(where_.c_str(), sql_.c_str());
    std::optional<RoleFence> fence;
    if (step.fenced)
        fence.emplace();
    CurrentQuery const shown(sql_.c_str());
    lock_hold::begin(where_);
    StatementTimer const timer(step.directives.statement_timeout_ms.value_or(settings::statement_timeout_ms()));
    try {
        Completion const completion = execute_statement(sql_.c_str(), tree_, where_.c_str(), level, rows);
        lock_hold::check();
        return completion;
    } catch (AnyError &error) {
        lock_hold::pause();
        add_place(error);
        pg::Error *const raised = pg::as_error(error);
        timed_out_ = raised && raised->sqlstate() == ERRCODE_QUERY_CANCELED && timer.fired();
        if (timed_out_)
            raised->set_message("canceling statement due to migrator.statement_timeout");
        if (raised)
            explain_unknown_parameter(*raised);
        if (raised && fence && is_about_role(*raised))
            raised->set_hint("In a superuser's session, a migration that was loaded by a role that is not one cannot "
                             "change the role: connect as that role.");
        throw;
    }
}

} // namespace mig::server
