// Executes single statements of migrations, with the place for errors, the entry in pg_stat_activity and the time
// limit.
#pragma once

#include "core/base/failure.hpp"
#include "run/statement_observer.hpp"
#include "server/session/activity.hpp"

namespace mig::server {

// Of a migration: the third of ten.
struct PlaceInRun {
    std::uint32_t number = 0, total = 0;
};

class StatementRun {
  public:
    StatementRun(std::string_view module, Direction direction) : module_(module), direction_(direction) {}

    // Of the migration whose statements are executed from now on.
    void set_place_in_run(PlaceInRun place) { place_in_run_ = place; }
    PlaceInRun place_in_run() const { return place_in_run_; }

    // Watches what is executed from now on, except for repairs; null: no observer.
    void set_observer(StatementObserver *observer) { observer_ = observer; }
    StatementObserver *observer() const { return observer_; }

    // Statement `index` of the step, from 0. Its errors get the place as their CONTEXT.
    void execute(Step const &step, std::size_t index, Level level);
    // Statement `index` of the step's verify script, from 0.
    void execute_verification(Step const &step, std::size_t index);
    // A statement that is not in the step, on behalf of its statement `index`.
    void execute_repair(Step const &step, std::size_t index, std::string const &sql, Level level);
    // The place of errors that come before statement `index` begins or after it ends.
    void set_place(Step const &step, std::size_t index);
    // The place of errors between statements: `clean-up after it`.
    void set_place(Step const &step, const char *what);
    // Adds the place to the error's CONTEXT, unless it is there already.
    void add_place(AnyError &error) const;

    // `migration 7 (init), file 7_init.sql line 12, statement 3 of 7`: what is, or was last, executed.
    std::string const &where() const { return where_; }
    // A NOTICE about statements of the step that were passed over, since they are about the extension itself. After the
    // step's settings are undone: a dump sets client_min_messages.
    void report_passed_over(Step const &step);
    // Whether it was ended by migrator.statement_timeout, or by the migration's own.
    bool timed_out() const { return timed_out_; }
    // Its number, from 1, and its line in the file; nothing if it was not a statement of the body.
    std::optional<std::int32_t> number() const { return number_; }
    std::optional<std::int32_t> line() const { return line_; }

  private:
    void copy(Step const &step, std::size_t index, Level level);
    void execute_one(Step const &step, std::size_t index, Level level);
    void observe(BegunStatement const &statement, Level level, CopyRows *rows);
    [[nodiscard]] bool pass_over(Step const &step, std::size_t index);
    Completion run(Step const &step, Level level, CopyRows *rows);

    std::string const module_;
    Direction const direction_;
    Activity activity_;
    PlaceInRun place_in_run_;
    StatementObserver *observer_ = nullptr;
    static constexpr std::size_t most_listed = 10;
    struct PassedOver {
        std::string list; // a line for each of the first
        std::size_t count = 0, last = 0;
    };
    std::optional<PassedOver> passed_over_;
    bool timed_out_ = false;
    std::string where_, sql_;
    KeptTree const *tree_ = nullptr; // of sql_
    std::optional<std::int32_t> number_, line_;
};

} // namespace mig::server
