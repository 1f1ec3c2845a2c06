#include "lint/read/selectivity.hpp"

#include "lint/read/stored_values.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>
#include <cstring>

namespace mig::server::lint {

namespace {

constexpr double unknown = 1.0 / 3; // the planner's DEFAULT_INEQ_SEL (selfuncs.h)

// Only a constant: any other LIMIT is known when it is computed. LIMIT ALL is a NULL constant (select_limit_value in
// gram.y).
std::optional<double> limit_of(SelectStmt const &select) {
    if (!select.limitCount)
        return std::nullopt;
    auto const *constant = MIG_AS(A_Const, select.limitCount);
    if (!constant)
        return std::nullopt;
    if (constant->isnull)
        return std::nullopt;
    return IsA(&constant->val, Integer) ? std::optional<double>(intVal(&constant->val)) : std::nullopt;
}

// A constant as text, as most_common_vals has it: booleans are t and f. A value that is spelled otherwise than the
// type's output, such as a date, is not found among the common ones and counts as one of the others.
std::optional<std::string> constant_text(Node const *node) {
    if (auto const *cast = node ? MIG_AS(TypeCast, node) : nullptr)
        return constant_text(cast->arg);
    auto const *constant = MIG_AS(A_Const, node);
    if (!constant || constant->isnull)
        return std::nullopt;
    switch (nodeTag(&constant->val)) {
    case T_Integer:
        return std::to_string(intVal(&constant->val));
    case T_Float:
        return MIG_AS(Float, &constant->val.node)->fval;
    case T_Boolean:
        return boolVal(&constant->val) ? "t" : "f";
    case T_String:
        return strVal(&constant->val);
    default:
        return std::nullopt;
    }
}

// The shape of the planner's estimate (clausesel.c, selfuncs.c): conditions are assumed to be independent, so that
// fractions multiply under AND. Under OR they add up, which is the safer side here. The planner itself knows nothing of
// pending statements, and must not be asked about functions that others have written (user_code.hpp).
class Estimate {
  public:
    Estimate(World &world, Table &target, List *others) : world_(world), target_(target), others_(others) {}

    // A unique key limits the rows whatever the other conditions say, so it is looked for first.
    double rows(Node *where) const {
        if (!where)
            return target_.rows;
        if (std::optional<double> const most = by_unique_key(where))
            return std::min(*most, target_.rows);
        return target_.rows * fraction(where);
    }

    // Without what a subquery or another table returns.
    std::optional<double> rows_of_key(Node *where) const { return where ? by_unique_key(where, false) : std::nullopt; }
    std::optional<double> rows_of_key_or_query(Node *where) const {
        return where ? by_unique_key(where) : std::nullopt;
    }

  private:
    Column *column(Node *node) const {
        std::string const name = raw::column_name(node);
        return name.empty() ? nullptr : target_.column(name);
    }

    bool unique(std::string_view column_name) const {
        for (TableIndex const &index : target_.indexes)
            if (index.unique && index.valid && !index.partial && !index.of_expressions && index.columns.size() == 1 &&
                index.columns.front() == column_name)
                return true;
        return false;
    }

    // The most rows that a unique key among the operands of AND can match: key = value, key IN (values), key = column
    // of another table, key IN (SELECT ... LIMIT n). ctid counts as such a key: batched updates use it.
    std::optional<double> by_unique_key(Node *node, bool queries = true) const {
        // Under OR and NOT a key limits nothing.
        if (auto const *both = MIG_AS(BoolExpr, node)) {
            std::optional<double> least;
            if (both->boolop == AND_EXPR)
                each<Node>(both->args, [&](Node &part) {
                    std::optional<double> const rows = by_unique_key(&part, queries);
                    if (rows && (!least || *rows < *least))
                        least = rows;
                });
            return least;
        }
        if (auto const *link = MIG_AS(SubLink, node)) {
            if (!queries || link->subLinkType != ANY_SUBLINK || !is_unique_key(link->testexpr))
                return std::nullopt;
            return estimated_rows(world_, *reinterpret_cast<SelectStmt const *>(link->subselect));
        }
        // WHERE CURRENT OF: the row of a cursor.
        if (IsA(node, CurrentOfExpr))
            return 1;
        auto const *expression = MIG_AS(A_Expr, node);
        if (!expression || !is_equality(*expression))
            return std::nullopt;
        if (is_unique_key(expression->lexpr))
            return compared_with(expression->rexpr, queries);
        return is_unique_key(expression->rexpr) && expression->kind == AEXPR_OP
                   ? compared_with(expression->lexpr, queries)
                   : std::nullopt;
    }

    bool is_unique_key(Node *node) const {
        if (!node)
            return false;
        std::string const name = raw::column_name(node);
        return name == "ctid" || (!name.empty() && target_.column(name) && unique(name));
    }

    static bool is_equality(A_Expr const &expression) {
        return (expression.kind == AEXPR_OP || expression.kind == AEXPR_IN || expression.kind == AEXPR_OP_ANY) &&
               std::strcmp(last_name(expression.name), "=") == 0;
    }

    // How many values a key is compared with; nothing if they may be as many as there are rows.
    std::optional<double> compared_with(Node *value, bool queries) const {
        if (!value)
            return std::nullopt;
        if (IsA(value, List))
            return list_length(MIG_AS(List, value));
        // = ANY (ARRAY[...])
        if (auto const *array = MIG_AS(A_ArrayExpr, value))
            return list_length(array->elements);
        if (auto const *link = MIG_AS(SubLink, value)) // = (SELECT ...), = ANY (ARRAY(SELECT ...))
            // A subquery used as a value has one row, or raises an error.
            return link->subLinkType == EXPR_SUBLINK ? std::optional<double>(1)
                   : !queries
                       ? std::nullopt
                       : std::optional(estimated_rows(world_, *reinterpret_cast<SelectStmt const *>(link->subselect)));
        // Without FROM or USING an expression is taken for one value. With them it may have a column of another table,
        // and so any number of values.
        if (!IsA(value, ColumnRef))
            return constant_text(value) || others_ == NIL ? std::optional<double>(1) : std::nullopt;
        if (others_ == NIL || !queries)
            return std::nullopt; // a column of the same row
        double rows = 0;
        each<Node>(others_, [&](Node &other) { rows = std::max(rows, source_rows(world_, other)); });
        return rows;
    }

    // As var_eq_const(): a most common value has its own frequency, and the rows that are neither NULL nor one of those
    // are spread evenly over the other values. n_distinct is a number, or a negated fraction of the rows.
    double equality_fraction(Column const &column, Node *value) const {
        std::optional<std::string> const constant = constant_text(value);
        std::optional<Statistics> const known =
            statistics(world_, target_, column, constant ? std::string_view(*constant) : std::string_view());
        if (!known)
            // A new column has one value in all rows, unless its default is volatile: all match or none, and all is the
            // safer guess.
            return column.is_new ? 1 : unknown;
        double values = 1; // that the column is compared with
        if (IsA(value, ColumnRef))
            each<Node>(others_, [&](Node &other) { values = std::max(values, source_rows(world_, other)); });
        if (constant && known->constant >= 0)
            return known->constant;
        // pg_statistic.stadistinct: a negative number is the negated fraction of rows, so that it holds while the table
        // grows.
        double const distinct = known->distinct < 0 ? -known->distinct * target_.rows : known->distinct;
        double const other_values = std::max(1.0, distinct - known->common_values);
        return std::max(0.0, 1 - known->null_fraction - known->common_fraction) * std::min(1.0, values / other_values);
    }

    // Of a new column all rows are NULL, unless it has a default.
    double null_fraction(Node *argument) const {
        Column const *const found = column(argument);
        if (!found)
            return unknown;
        if (found->is_new)
            return found->has_default ? 0 : 1;
        if (found->not_null)
            return 0;
        std::optional<Statistics> const known = statistics(world_, target_, *found);
        return known ? known->null_fraction : unknown;
    }

    // The fraction of rows for which the condition is true. Inequalities and everything that is not recognized count as
    // `unknown`; `<>` as true, as nearly all rows differ from any one value.
    double fraction(Node *node) const {
        if (auto const *test = MIG_AS(NullTest, node)) {
            double const nulls = null_fraction(reinterpret_cast<Node *>(test->arg));
            return test->nulltesttype == IS_NULL ? nulls : 1 - nulls;
        }
        if (auto const *logic = MIG_AS(BoolExpr, node)) {
            double result = logic->boolop == OR_EXPR ? 0 : 1;
            each<Node>(logic->args, [&](Node &part) {
                double const selected = fraction(&part);
                result = logic->boolop == AND_EXPR  ? result * selected
                         : logic->boolop == OR_EXPR ? std::min(1.0, result + selected)
                                                    : 1 - selected;
            });
            return result;
        }
        if (auto const *expression = MIG_AS(A_Expr, node)) {
            Column const *const left = expression->lexpr ? column(expression->lexpr) : nullptr;
            if (left && expression->kind == AEXPR_OP && is_equality(*expression))
                return equality_fraction(*left, expression->rexpr);
            // IN: the fractions of its values add up, as they exclude each other.
            if (left && expression->kind == AEXPR_IN && is_equality(*expression) && IsA(expression->rexpr, List)) {
                double result = 0;
                each<Node>(MIG_AS(List, expression->rexpr),
                           [&](Node &value) { result += equality_fraction(*left, &value); });
                return std::min(1.0, result);
            }
            if (expression->kind == AEXPR_DISTINCT && left)
                return 1 - equality_fraction(*left, expression->rexpr);
            // LIKE, BETWEEN and the like have names of their own (`~~`, `BETWEEN`) and are not recognized.
            return std::strcmp(last_name(expression->name), "<>") == 0 ? 1 : unknown;
        }
        if (auto const *test = MIG_AS(BooleanTest, node)) {
            (void) test;
            return unknown;
        }
        return IsA(node, A_Const) ? 1 : unknown; // WHERE true
    }

  public:
    static double source_rows(World &world, Node &source) {
        if (auto *name = MIG_AS(RangeVar, &source)) {
            Table const *const found = world.find(name);
            return found ? found->rows : 0; // not found: a WITH query
        }
        if (auto const *select = MIG_AS(RangeSubselect, &source))
            return estimated_rows(world, *reinterpret_cast<SelectStmt const *>(select->subquery));
        if (auto const *join = MIG_AS(JoinExpr, &source))
            // A join on a key has as many rows as the larger side. Others can have more: a miss.
            return std::max(source_rows(world, *join->larg), source_rows(world, *join->rarg));
        if (auto const *function = MIG_AS(RangeFunction, &source))
            return series_length(*function);
        return 0;
    }

  private:
    // generate_series(1, n), the usual source of batches and test data. The step is ignored: a number too large is the
    // safer side.
    static double series_length(RangeFunction const &range) {
        double rows = 0;
        each<List>(range.functions, [&](List &item) {
            auto const *call = MIG_AS(FuncCall, static_cast<Node *>(linitial(&item)));
            if (!call || std::strcmp(last_name(call->funcname), "generate_series") != 0 || list_length(call->args) < 2)
                return;
            std::optional<std::string> const from = constant_text(static_cast<Node *>(linitial(call->args))),
                                             to = constant_text(static_cast<Node *>(lsecond(call->args)));
            if (from && to)
                rows = std::max(rows, std::strtod(to->c_str(), nullptr) - std::strtod(from->c_str(), nullptr) + 1);
        });
        return rows;
    }

    World &world_;
    Table &target_;
    List *others_;
};

} // namespace

double estimated_rows(World &world, Table &target, Node *where, List *others) {
    return Estimate(world, target, others).rows(where);
}

std::optional<double> rows_of_key(World &world, Table &target, Node *where, List *others) {
    return Estimate(world, target, others).rows_of_key(where);
}

std::optional<double> rows_of_key_or_query(World &world, Table &target, Node *where, List *others) {
    return Estimate(world, target, others).rows_of_key_or_query(where);
}

double estimated_rows(World &world, Node &source) { return Estimate::source_rows(world, source); }

// A WHERE is estimated for a single table only: a join condition does not say which of its rows are left.
double estimated_rows(World &world, SelectStmt const &select) {
    double rows = list_length(select.valuesLists);
    if (select.op != SETOP_NONE)
        rows = estimated_rows(world, *select.larg) + estimated_rows(world, *select.rarg);
    if (list_length(select.fromClause) == 1 && IsA(linitial(select.fromClause), RangeVar) && select.whereClause) {
        Table *const source = world.find(static_cast<RangeVar *>(linitial(select.fromClause)));
        if (source)
            rows = Estimate(world, *source, NIL).rows(select.whereClause);
    } else {
        each<Node>(select.fromClause,
                   [&](Node &source) { rows = std::max(rows, Estimate::source_rows(world, source)); });
    }
    std::optional<double> const limit = limit_of(select);
    return limit ? std::min(rows, *limit) : rows;
}

} // namespace mig::server::lint
