// Executes single statements of migrations: where it is, what the world sees of it, how long it may take.
#pragma once

#include "core/base/failure.hpp"
#include "run/statement_observer.hpp"
#include "server/session/activity.hpp"

namespace mig::server {

class StatementRun {
  public:
    StatementRun(std::string_view module, Direction direction) : module_(module), direction_(direction) {}

    // Is told of what is executed from now on, repairs excepted; null: nobody.
    void set_observer(StatementObserver *observer) { observer_ = observer; }
    StatementObserver *observer() const { return observer_; }

    // Statement `index`, from 0, of the step. What it raises has the place as its CONTEXT.
    void execute(Step const &step, std::size_t index, Level level);
    // Statement `index`, from 0, of the step's verify script.
    void execute_verification(Step const &step, std::size_t index);
    // Another than the step's own, on behalf of statement `index`.
    void execute_repair(Step const &step, std::size_t index, std::string const &sql, Level level);
    // Before statement `index`, for the CONTEXT of what is raised before it begins, or behind its end.
    void enter(Step const &step, std::size_t index);
    // Between statements, likewise: `clean-up after it`.
    void enter(Step const &step, const char *what);
    // Gives what was raised the place as its CONTEXT, unless it has it.
    void locate(AnyError &error) const;

    // `migration 7 (init), file 7_init.sql line 12, statement 3 of 7`: what is or was last executed.
    std::string const &where() const { return where_; }
    // migrator.statement_timeout, or the migration's own, has ended it.
    bool timed_out() const { return timed_out_; }
    // Of that statement; nothing when it was none.
    std::optional<std::int32_t> number() const { return number_; }
    std::optional<std::int32_t> line() const { return line_; }

  private:
    void copy(Step const &step, std::size_t index, Level level);
    void execute_one(Step const &step, std::size_t index, Level level);
    void observe(BegunStatement const &statement, Level level, CopyRows *rows);
    Completion run(Step const &step, Level level, CopyRows *rows);

    std::string const module_;
    Direction const direction_;
    Activity activity_;
    StatementObserver *observer_ = nullptr;
    bool timed_out_ = false;
    std::string where_, sql_;
    std::optional<std::int32_t> number_, line_;
};

} // namespace mig::server
