#include "server/store/catalog.hpp"

#include "core/base/interruption.hpp"
#include "server/db/table_scan.hpp"
#include "server/store/columns.hpp"

namespace mig::server {

namespace {

// The columns that every run reads of every row. Those that only a report needs are listed separately, here and below.
constexpr Column<Loaded> loaded_columns[] = {
    column<&Loaded::version>("version"),     column<&Loaded::name>("name"),
    column<&Loaded::checksum>("checksum"),   column<&Loaded::reversible>("reversible"),
    column<&Loaded::kind>("kind"),           column<&Loaded::requirements>("requirements"),
    column<&Loaded::conflicts>("conflicts"), column<&Loaded::absent>("?absent_since"),
};
constexpr Column<Loaded> loaded_columns_of_report[] = {
    column<&Loaded::raw_checksum>("raw_checksum"),
    column<&Loaded::loaded_by>("loaded_by"),
};

constexpr Column<Event> event_columns[] = {
    column<&Event::id>("id"),
    column<&Event::version>("version"),
    column<&Event::checksum>("checksum"),
    column<&Event::reversible>("reversible"),
    column<&Event::name>("name"),
    column<&Event::kind>("kind"),
};
constexpr Column<Event> event_columns_of_report[] = {
    column<&Event::raw_checksum>("raw_checksum"),
    column<&Event::finished_at>("finished_at"),
    column<&Event::execution_time_ms>("execution_time_ms"),
    column<&Event::run_by>("run_by"),
    column<&Event::sqlstate>("sqlstate"),
    column<&Event::error>("error"),
    column<&Event::statement>("statement"),
    column<&Event::line>("line"),
};

constexpr Column<StatementEvent> statement_columns[] = {
    column<&StatementEvent::id>("id"),
    column<&StatementEvent::version>("version"),
    column<&StatementEvent::checksum>("checksum"),
    column<&StatementEvent::number>("statement"),
    column<&StatementEvent::total>("statements"),
    column<&StatementEvent::line>("line"),
    column<&StatementEvent::error>("error"),
};

// Columns of an event and of a statement, which precede the others.
enum : int { result_column, action_column, first_column };
constexpr std::initializer_list<const char *> outcome = {"result", "action"};

bool of_rollback(Rows const &rows, std::size_t row) { return rows.text(row, action_column) == "rollback"; }

template <auto const &Columns, auto const &ColumnsOfReport>
class Table {
  public:
    explicit Table(Catalog::Detail detail) : report_(detail == Catalog::Detail::report) {}

    Rows scan(const char *table, std::vector<const char *> names, std::string_view module, Access access) const {
        add_names(names, Columns);
        if (report_)
            add_names(names, ColumnsOfReport);
        return scan_table(table, names, module, access);
    }
    template <class T>
    void read(T &object, Rows const &rows, std::size_t row, int first) const {
        read_columns<Columns>(object, rows, row, first);
        if (report_)
            read_columns<ColumnsOfReport>(object, rows, row, first + static_cast<int>(std::size(Columns)));
    }

  private:
    bool report_;
};

using LoadedTable = Table<loaded_columns, loaded_columns_of_report>;
using EventTable = Table<event_columns, event_columns_of_report>;

Rows scan_statements(std::string_view module, Access access) {
    std::vector<const char *> names = outcome;
    add_names(names, statement_columns);
    return scan_table("statement_entry", names, module, access);
}

} // namespace

Catalog::Catalog(std::string_view module, Access access, Detail detail)
    : module_(module), access_(access), loaded_rows_(LoadedTable(detail).scan("migration", {}, module_, access)),
      event_rows_(EventTable(detail).scan("history_entry", outcome, module_, access)),
      statement_rows_(scan_statements(module_, access)) {
    read_loaded(detail);
    read_events(detail);
    read_statements();
    migrations_ = mig::derive_migrations(loaded_, events_, statements_);
}

void Catalog::read_loaded(Detail detail) {
    LoadedTable const table(detail);
    loaded_.resize(loaded_rows_.size());
    for (std::size_t i = 0; i < loaded_rows_.size(); ++i) {
        check_for_interrupts();
        table.read(loaded_[i], loaded_rows_, i, 0);
    }
}

// Here and below, a row whose result is not known is left out: a later release may have written it.
void Catalog::read_events(Detail detail) {
    EventTable const table(detail);
    events_.reserve(event_rows_.size());
    for (std::size_t i = 0; i < event_rows_.size(); ++i) {
        check_for_interrupts();
        std::optional<Event::Result> const result = result_named(event_rows_.text(i, result_column));
        if (!result)
            continue;
        Event &event = events_.emplace_back();
        event.result = *result;
        event.of_rollback = of_rollback(event_rows_, i);
        table.read(event, event_rows_, i, first_column);
    }
}

void Catalog::read_statements() {
    for (std::size_t i = 0; i < statement_rows_.size(); ++i) {
        check_for_interrupts();
        std::optional<StatementEvent::Result> const result =
            statement_result_named(statement_rows_.text(i, result_column));
        if (!result)
            continue;
        StatementEvent &event = statements_.emplace_back();
        event.result = *result;
        event.of_rollback = of_rollback(statement_rows_, i);
        read_columns<statement_columns>(event, statement_rows_, i, first_column);
    }
}

} // namespace mig::server
