#include "lint/read/writes.hpp"

#include "lint/read/planned_rows.hpp"
#include "lint/read/selectivity.hpp"
#include "lint/read/stored_values.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cmath>

namespace mig::server::lint {

namespace {

// Fewer rows than that are no finding, so that more need not be known about them (bulk_writes.cpp).
constexpr double few = 10'000;

// Whether a table that the query reads directly has no statistics, and how many rows it has; 0: all have some.
double unanalyzed_rows(World &world, SelectStmt const &select) {
    double rows = 0;
    each<Node>(select.fromClause, [&](Node &source) {
        auto const *const name = MIG_AS(RangeVar, &source);
        Table const *const table = name ? world.find(name) : nullptr;
        if (table && table->is_table() && table->rows >= few && !has_statistics(world, *table))
            rows = std::max(rows, table->rows);
    });
    return rows;
}

class WriteReader {
  public:
    WriteReader(World &world, WriteContext const &context) : world_(world), context_(context) {}

    void read(Node *node, WithClause const *around) {
        if (auto const *update = MIG_AS(UpdateStmt, node))
            change("UPDATE", node, *update->relation, update->whereClause, update->fromClause, around);
        else if (auto const *removal = MIG_AS(DeleteStmt, node))
            change("DELETE", node, *removal->relation, removal->whereClause, removal->usingClause, around);
        else if (auto const *insert = MIG_AS(InsertStmt, node))
            add(*insert, node, around);
        else if (auto const *merge = MIG_AS(MergeStmt, node))
            merge_into(*merge, node, around);
        else if (auto const *copy = MIG_AS(CopyStmt, node))
            copy_into(*copy);
        if (WithClause const *const with = around ? nullptr : with_of(node))
            each<CommonTableExpr>(with->ctes, [&](CommonTableExpr const &query) { read(query.ctequery, with); });
    }

    std::vector<Write> found;

  private:
    // The rows that an UPDATE or DELETE changes are at most those of the table.
    void change(const char *command, Node *node, RangeVar const &target, Node *where, List *others,
                WithClause const *around) {
        Table *const table = world_.find(&target);
        if (!table || table->is_new)
            return;
        Write write;
        write.command = command;
        write.relation = table;
        write.changes = true;
        write.restricted = where != nullptr || others != NIL;
        write.rows = table->rows;
        bool const has_size = table->is_table();
        if (!has_size || (write.restricted && table->rows >= few))
            estimate(write, node, where, others, around);
        if (has_size)
            write.rows = std::min(write.rows, table->rows);
        found.push_back(write);
    }

    void estimate(Write &write, Node *node, Node *where, List *others, WithClause const *around) {
        Table &table = *write.relation;
        if (std::optional<double> const most = rows_of_key(world_, table, where, others); most && *most < few) {
            write.rows = *most;
            return;
        }
        std::optional<PlannedRows> const planned = planned_rows(world_, {node, around, context_.has_variables});
        write.of_variables = planned && planned->of_variables;
        if (planned && planned->rows < 1) { // a condition that no row can satisfy
            write.rows = 0;
        } else if (table.is_table() && !has_statistics(world_, table)) {
            std::optional<double> const most = rows_of_key_or_query(world_, table, where, others);
            write.guessed = !most;
            write.rows = most.value_or(table.rows);
            // A key limits them to the rows of a query of WITH, which only the planner follows.
            if (most && planned && (around || with_of(node)))
                write.rows = std::max(*most, planned->rows);
        } else {
            write.rows = planned ? planned->rows : estimated_rows(world_, table, where, others);
        }
    }

    void add(InsertStmt const &insert, Node *node, WithClause const *around) {
        auto const *const select = insert.selectStmt ? MIG_AS(SelectStmt, insert.selectStmt) : nullptr;
        if (!select)
            return;
        Write write;
        write.command = "INSERT";
        write.relation = world_.find(insert.relation);
        write.rows = list_length(select->valuesLists);
        if (select->valuesLists == NIL)
            select_rows(write, *select, {node, around, context_.has_variables});
        OnConflictClause const *const conflict = insert.onConflictClause;
        // Only rows that are there can conflict.
        if (conflict && conflict->action == ONCONFLICT_UPDATE && write.relation && !write.relation->is_new &&
            std::min(write.rows, write.relation->rows) >= few) {
            write.command = "INSERT ... ON CONFLICT DO UPDATE";
            write.changes = true;
        }
        found.push_back(write);
    }

    void select_rows(Write &write, SelectStmt const &select, RowSource const &source) {
        write.restricted = select.whereClause != nullptr || select.limitCount != nullptr;
        if (select.fromClause == NIL && select.op == SETOP_NONE) { // SELECT 1, or of a set of rows
            write.rows = 1;
        }
        std::optional<PlannedRows> const planned = planned_rows(world_, source);
        if (planned) {
            write.rows = planned->rows;
            write.of_variables = planned->of_variables;
        } else if (select.fromClause != NIL || select.op != SETOP_NONE) {
            write.rows = estimated_rows(world_, select);
        }
        double const unanalyzed =
            select.whereClause && !select.limitCount && write.rows >= 1 ? unanalyzed_rows(world_, select) : 0;
        if (unanalyzed > write.rows) {
            write.rows = unanalyzed;
            write.guessed = true;
        }
    }

    void merge_into(MergeStmt const &merge, Node *node, WithClause const *around) {
        Table *const table = world_.find(merge.relation);
        if (!table || table->is_new)
            return;
        Write write;
        write.command = "MERGE";
        write.relation = table;
        write.changes = true;
        write.restricted = true;
        std::optional<PlannedRows> const planned = planned_rows(world_, {node, around, context_.has_variables});
        write.rows = planned ? planned->rows : estimated_rows(world_, *merge.sourceRelation);
        found.push_back(write);
    }

    void copy_into(CopyStmt const &copy) {
        if (!copy.is_from || !copy.relation)
            return;
        Write write;
        write.command = "COPY";
        write.relation = world_.find(copy.relation);
        write.rows = context_.copied_rows;
        write.unknown = copy.filename != nullptr;
        found.push_back(write);
    }

    World &world_;
    WriteContext const context_;
};

} // namespace

Node *query_of(Node *statement) {
    if (auto const *create = MIG_AS(CreateTableAsStmt, statement))
        return query_of(create->query);
    if (auto const *copy = MIG_AS(CopyStmt, statement))
        return copy->query ? copy->query : statement;
    if (auto const *cursor = MIG_AS(DeclareCursorStmt, statement))
        return cursor->query;
    return statement;
}

bool is_query(Node const *node) {
    switch (nodeTag(node)) {
    case T_SelectStmt:
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
    case T_MergeStmt:
        return true;
    default:
        return false;
    }
}

WithClause const *with_of(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_InsertStmt:
        return reinterpret_cast<InsertStmt const *>(statement)->withClause;
    case T_UpdateStmt:
        return reinterpret_cast<UpdateStmt const *>(statement)->withClause;
    case T_DeleteStmt:
        return reinterpret_cast<DeleteStmt const *>(statement)->withClause;
    case T_MergeStmt:
        return reinterpret_cast<MergeStmt const *>(statement)->withClause;
    case T_SelectStmt:
        return reinterpret_cast<SelectStmt const *>(statement)->withClause;
    default:
        return nullptr;
    }
}

std::vector<Write> writes_of(World &world, Node *statement, WriteContext const &context) {
    WriteReader reader(world, context);
    reader.read(query_of(statement), nullptr);
    return std::move(reader.found);
}

} // namespace mig::server::lint
