#include "lint/read/planned_rows.hpp"

#include "bridge/compat.hpp"
#include "bridge/planning.hpp"
#include "lint/read/user_code.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/lock/no_wait.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "parser/analyze.h"
#include "parser/parse_node.h"
#include "parser/parse_param.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
}

namespace mig::server::lint {

namespace {

constexpr int most_names = 64;

// A copy of the statement as a SELECT of the rows that it writes, and what it names. PODs only, for guarded frames.
struct ReadQuery {
    SelectStmt *select = nullptr; // null: it cannot be written as one
    RangeVar *tables[most_names] = {};
    char const *queries[most_names] = {}; // of WITH
    ColumnRef *columns[most_names] = {};
    int table_count = 0, query_count = 0, column_count = 0;
    bool overflow = false;
};

void add_target(SelectStmt *select) {
    auto *const target = makeNode(ResTarget);
    auto *const one = makeNode(A_Const);
    one->val.ival.type = T_Integer;
    one->val.ival.ival = 1;
    target->val = reinterpret_cast<Node *>(one);
    select->targetList = list_make1(target);
}

SelectStmt *select_of(Node *statement);

// A SELECT as it is, but without the lock that FOR UPDATE would take and without the table that INTO would create.
SelectStmt *plain(SelectStmt *select) {
    select->lockingClause = NIL;
    select->intoClause = nullptr;
    return select;
}

// The list of WITH in front of the statement, before that of its own SELECT.
void put_with(SelectStmt *select, WithClause *with) {
    if (!with)
        return;
    if (select->withClause) {
        with->ctes = list_concat(with->ctes, select->withClause->ctes);
        with->recursive = with->recursive || select->withClause->recursive;
    }
    select->withClause = with;
}

SelectStmt *select_from(RangeVar *target, List *others, Node *where, WithClause *with) {
    auto *const select = makeNode(SelectStmt);
    select->fromClause = lcons(target, others);
    select->whereClause = where;
    add_target(select);
    put_with(select, with);
    return select;
}

bool inserts(MergeStmt const *merge) {
    ListCell *cell;
    foreach (cell, merge->mergeWhenClauses)
        if (lfirst_node(MergeWhenClause, cell)->commandType == CMD_INSERT)
            return true;
    return false;
}

// A row of the source that matches none is one row of an outer join, as transform_MERGE_to_join() makes it.
SelectStmt *select_from(MergeStmt *merge) {
    auto *const join = makeNode(JoinExpr);
    join->jointype = inserts(merge) ? JOIN_RIGHT : JOIN_INNER;
    join->larg = reinterpret_cast<Node *>(merge->relation);
    join->rarg = merge->sourceRelation;
    join->quals = merge->joinCondition;
    auto *const select = makeNode(SelectStmt);
    select->fromClause = list_make1(join);
    add_target(select);
    put_with(select, merge->withClause);
    return select;
}

// The statement may be modified.
SelectStmt *select_of(Node *statement) {
    switch (nodeTag(statement)) {
    case T_SelectStmt:
        return plain(castNode(SelectStmt, statement));
    case T_UpdateStmt: {
        auto *const update = castNode(UpdateStmt, statement);
        return select_from(update->relation, update->fromClause, update->whereClause, update->withClause);
    }
    case T_DeleteStmt: {
        auto *const removal = castNode(DeleteStmt, statement);
        return select_from(removal->relation, removal->usingClause, removal->whereClause, removal->withClause);
    }
    case T_MergeStmt:
        return select_from(castNode(MergeStmt, statement));
    case T_InsertStmt: {
        auto *const insert = castNode(InsertStmt, statement);
        if (!insert->selectStmt)
            return nullptr;
        auto *const select = plain(castNode(SelectStmt, insert->selectStmt));
        put_with(select, insert->withClause);
        return select;
    }
    default:
        return nullptr;
    }
}

List *returned_by(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_UpdateStmt:
        return reinterpret_cast<UpdateStmt const *>(statement)->returningList;
    case T_DeleteStmt:
        return reinterpret_cast<DeleteStmt const *>(statement)->returningList;
    default:
        return NIL;
    }
}

// Writes in WITH as queries of what they return. One that returns nothing has no rows for the others.
void make_read_only(SelectStmt *select) {
    if (!select->withClause)
        return;
    List *kept = NIL;
    ListCell *cell;
    foreach (cell, select->withClause->ctes) {
        auto *const query = lfirst_node(CommonTableExpr, cell);
        if (!IsA(query->ctequery, SelectStmt)) {
            List *const returned = returned_by(query->ctequery);
            SelectStmt *const read = returned != NIL ? select_of(query->ctequery) : nullptr;
            if (!read)
                continue; // where it is needed, analysis fails
            read->targetList = returned;
            query->ctequery = reinterpret_cast<Node *>(read);
        } else {
            (void) plain(castNode(SelectStmt, query->ctequery));
        }
        kept = lappend(kept, query);
    }
    if (kept == NIL)
        select->withClause = nullptr;
    else
        select->withClause->ctes = kept;
}

template <class T>
void add(ReadQuery &query, T *(&names)[most_names], int &count, T *name) {
    if (count == most_names)
        query.overflow = true;
    else
        names[count++] = name;
}

bool collect_names(Node *node, void *context) {
    if (!node)
        return false;
    auto &query = *static_cast<ReadQuery *>(context);
    if (IsA(node, RangeVar))
        add(query, query.tables, query.table_count, castNode(RangeVar, node));
    else if (IsA(node, CommonTableExpr))
        add(query, query.queries, query.query_count,
            static_cast<char const *>(castNode(CommonTableExpr, node)->ctename));
    else if (IsA(node, SelectStmt))
        (void) plain(castNode(SelectStmt, node));
    else if (IsA(node, ColumnRef)) {
        if (IsA(llast(castNode(ColumnRef, node)->fields), String))
            add(query, query.columns, query.column_count, castNode(ColumnRef, node));
    }
    return pg::walk_raw_expression(node, collect_names, context);
}

ReadQuery read_statement(RowSource const &source) {
    ReadQuery query;
    query.select = select_of(copyObject(source.statement));
    if (!query.select)
        return query;
    if (source.around)
        put_with(query.select, copyObject(const_cast<WithClause *>(source.around)));
    make_read_only(query.select);
    (void) collect_names(reinterpret_cast<Node *>(query.select), &query);
    if (query.overflow)
        query.select = nullptr;
    return query;
}

// The table by the name that it has now, which pending statements may have changed. It is locked, so that analysis does
// not wait; the lock goes with the subtransaction.
bool fix_name(RangeVar *name, Oid oid) {
    if (!ConditionalLockRelationOid(oid, AccessShareLock))
        return false;
    char *const relation = get_rel_name(oid);
    char *const schema = relation ? get_namespace_name(get_rel_namespace(oid)) : nullptr;
    if (!schema)
        return false;
    if (!name->alias)
        name->alias = makeAlias(name->relname, NIL);
    name->catalogname = nullptr;
    name->schemaname = schema;
    name->relname = relation;
    return true;
}

bool is_query_of_with(ReadQuery const &query, RangeVar const &name) {
    return !name.schemaname && std::any_of(query.queries, query.queries + query.query_count,
                                           [&](char const *known) { return std::strcmp(known, name.relname) == 0; });
}

// The same for a column. False: its values are not known.
bool find_column(Table &table, ColumnRef *name, bool &new_columns) {
    auto *const last = static_cast<String *>(llast(name->fields));
    Column const *const column = table.column(last->sval);
    if (!column)
        return true; // of another table
    if (column->is_new) {
        new_columns = true;
        return !column->has_default && !column->generated && !column->identity;
    }
    Oid const oid = table.oid;
    auto const number = static_cast<AttrNumber>(column->number);
    char *const live = pg::guarded([=] { return get_attname(oid, number, true); });
    if (live)
        last->sval = live;
    return live != nullptr;
}

// False: one of them is not in the database as it is now, or is locked. Sets `new_columns` if the query names columns
// that pending statements add.
bool find_tables(World &world, ReadQuery const &query, bool &new_columns) {
    std::vector<Table *> found;
    for (int i = 0; i < query.table_count; ++i) {
        RangeVar *const name = query.tables[i];
        if (is_query_of_with(query, *name))
            continue;
        Table *const table = world.find(name);
        if (!table || table->oid == 0 || table->is_new || table->dropped)
            return false;
        Oid const oid = table->oid;
        if (!pg::guarded([=] { return fix_name(name, oid); }))
            return false;
        found.push_back(table);
    }
    for (int i = 0; i < query.column_count; ++i)
        for (Table *const table : found)
            if (!find_column(*table, query.columns[i], new_columns))
                return false;
    return true;
}

// Of names that are no columns: a p_post_columnref_hook gets null for them, and returns null for all others. A column
// that a pending statement adds without a default is NULL in every row.
enum class Unknown : unsigned char { error, parameter, null };

Node *null_column(ParseState *, ColumnRef *, Node *column) {
    return column ? nullptr : reinterpret_cast<Node *>(makeNullConst(UNKNOWNOID, -1, InvalidOid));
}

// A parameter whose type follows from its use, as PREPARE has them. Their numbers follow those of the statement's own.
Node *variable(ParseState *state, ColumnRef *name, Node *column) {
    if (column)
        return nullptr;
    auto *const parameter = makeNode(ParamRef);
    parameter->number = 1000 + std::max(name->location, 0);
    parameter->location = name->location;
    return state->p_paramref_hook(state, parameter);
}

struct Analyzed {
    Query *query;
    bool of_variables;
    CodeSearch code;
};

Analyzed analyze(SelectStmt *select, Unknown names) {
    auto *const raw = makeNode(RawStmt);
    raw->stmt = reinterpret_cast<Node *>(select);
    ParseState *const state = make_parsestate(nullptr);
    Oid *types = nullptr;
    int count = 0;
    setup_parse_variable_parameters(state, &types, &count);
    if (names != Unknown::error)
        state->p_post_columnref_hook = names == Unknown::null ? null_column : variable;
    // Not parse_analyze(), whose hook records the query in pg_stat_statements.
    List *const rewritten = QueryRewrite(transformTopLevelStmt(state, raw));
    Analyzed result{};
    if (list_length(rewritten) == 1) {
        result.query = linitial_node(Query, rewritten);
        result.of_variables = count > 0;
        search_code(result.query, result.code);
    }
    return result;
}

// Not planner(), whose hook may be that of another extension. -1: the role may not execute the query, and so learns
// nothing of its tables.
double plan(Query *query) {
    PushActiveSnapshot(GetTransactionSnapshot());
    PlannedStmt const *const planned = pg::plan_by_itself(query);
    PopActiveSnapshot();
    return pg::may_execute(planned) ? planned->planTree->plan_rows : -1;
}

// With constraint_exclusion the planner computes the constants in CHECK constraints, which may call functions of
// others.
class NoConstraintExclusion {
  public:
    NoConstraintExclusion() { constraint_exclusion = CONSTRAINT_EXCLUSION_OFF; }
    ~NoConstraintExclusion() { constraint_exclusion = before_; }
    NoConstraintExclusion(NoConstraintExclusion const &) = delete;
    NoConstraintExclusion &operator=(NoConstraintExclusion const &) = delete;

  private:
    int const before_ = constraint_exclusion;
};

// An ERROR is no answer, and either way the locks are released at once.
template <class Body>
void undone(Body const &body) {
    Subtransaction reading;
    try {
        body();
    } catch (AnyError const &error) {
        if (error.must_propagate())
            throw;
        rethrow_failure(error);
    }
    reading.roll_back();
}

} // namespace

std::optional<PlannedRows> planned_rows(World &world, RowSource const &source) {
    ScratchMemory const memory("migrator planning");
    ReadQuery query;
    ReadQuery *const read = &query;
    RowSource const *const given = &source;
    std::optional<PlannedRows> rows;
    NoWait const no_wait; // for the locks on what is beside the tables named: views, partitions, indexes
    undone([&] {
        memory.run([=] { *read = read_statement(*given); });
        // SELECT 1, 2 UNION ALL SELECT 3, 4 and so on, thousands of times, is a list of values: not worth planning.
        if (query.select && query.select->op != SETOP_NONE && query.table_count == 0)
            return;
        bool new_columns = false;
        if (!query.select || !find_tables(world, query, new_columns) || (new_columns && source.has_variables))
            return;
        SelectStmt *const select = query.select;
        Unknown const names = new_columns ? Unknown::null : source.has_variables ? Unknown::parameter : Unknown::error;
        Analyzed analyzed{};
        {
            AsBody const as_body(world.contents(), AsBody::Role::caller);
            analyzed = memory.run([=] { return analyze(select, names); });
        }
        if (!analyzed.query || analyzed.code.found)
            return;
        for (int i = 0; i < analyzed.code.tables; ++i)
            if (!is_plannable(world, analyzed.code.oids[i]))
                return;
        AsBody const as_body(world.contents(), AsBody::Role::caller);
        NoConstraintExclusion const no_exclusion;
        double const found = memory.run([=] { return plan(analyzed.query); });
        if (found >= 0)
            rows = {found, analyzed.of_variables};
    });
    return rows;
}

} // namespace mig::server::lint
