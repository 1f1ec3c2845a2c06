#include "server/watch/copy_from_body.hpp"

#include "bridge/boundary.hpp"
#include "bridge/compat.hpp"
#include "core/base/failure.hpp"

#include <algorithm>

extern "C" {
#include "access/sysattr.h"
#include "access/table.h"
#include "access/xact.h"
#include "commands/copy.h"
#include "commands/copyfrom_internal.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
}

namespace mig::server {

// Globals, because a hook and COPY's data callback carry no private data.
namespace {
CopyRows *innermost = nullptr; // of those that are alive
CopyRows *reading = nullptr;   // the one whose COPY is running
} // namespace

// From here to run(), code runs in the server's frames: PODs only, since an ERROR may longjmp past them.

// The callback of BeginCopyFrom(), data_source_cb, has no argument for private data: hence `reading`.
struct CopyFromBody {
    CopyRows *rows;
    CopyFromState state;

    // 0 bytes are the end of the data for CopyLoadRawBuf().
    static int read(void *buffer, int, int room) {
        auto const count = std::min<std::ptrdiff_t>(room, reading->end_ - reading->at_);
        memcpy(buffer, reading->at_, static_cast<std::size_t>(count));
        reading->at_ += count;
        return static_cast<int>(count);
    }

    // Only while the server's own callback is installed: CopyFrom() removes it after the last row, and what it still
    // does then (AFTER triggers) concerns no row.
    static bool names_row(CopyFromState state) {
        for (ErrorContextCallback const *frame = error_context_stack; frame; frame = frame->previous)
            if (frame->callback == CopyFromErrorCallback && frame->arg == state)
                return state->cur_lineno > 0;
        return false;
    }

    // A frame around CopyFrom(), so called after its own callback, which writes `COPY name, line 3`: that counts from
    // the first row, this gives the line in the file.
    static void add_context(void *argument) {
        auto const *self = static_cast<CopyFromBody const *>(argument);
        if (!self->state || !names_row(self->state))
            return;
        self->rows->bad_row_ = self->state->cur_lineno;
        errcontext("row in %s line %u", self->rows->source_, *self->rows->bad_line());
    }

    // By the address of the text, not the text: a trigger of this COPY may execute another one that reads the same.
    static CopyRows *rows_of(CopyStmt const *statement, const char *sql) {
        CopyRows *const rows = innermost;
        bool const matches = rows && rows->sql_ == sql && statement->is_from && !statement->filename;
        if (matches)
            rows->sql_ = nullptr; // they can be read only once
        return matches ? rows : nullptr;
    }
};

namespace {

// The columns that an expression reads; a whole-row reference reads all of them. Members are numbers minus
// FirstLowInvalidHeapAttributeNumber, so that system columns are positive as well; the 1 is the only entry of the range
// table.
Bitmapset *columns_of(Node *expression, Relation table) {
    constexpr int whole_row = 0 - FirstLowInvalidHeapAttributeNumber;
    Bitmapset *columns = nullptr;
    pull_varattnos(expression, 1, &columns);
    if (bms_is_member(whole_row, columns))
        columns = bms_add_range(bms_del_member(columns, whole_row), whole_row + 1,
                                whole_row + RelationGetNumberOfAttributes(table));
    return columns;
}

[[noreturn]] void refuse_generated(const char *column) {
    throw Failure(sqlstate::invalid_column_reference,
                  "generated columns are not supported in COPY FROM WHERE conditions",
                  "Column \"" + std::string(column) + "\" is a generated column.");
}

// COPY evaluates the WHERE clause before it computes generated columns.
void require_no_generated(Node *condition, Relation table) {
    Bitmapset *const columns = columns_of(condition, table);
    for (int member = bms_next_member(columns, -1); member >= 0; member = bms_next_member(columns, member)) {
        int const number = member + FirstLowInvalidHeapAttributeNumber;
        if (number > 0 && TupleDescAttr(RelationGetDescr(table), number - 1)->attgenerated)
            pg::boundary<refuse_generated>(
                static_cast<const char *>(NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname)));
    }
}

// The WHERE clause as an implicitly ANDed list, prepared as DoCopy() prepares it. The relation is added to the
// namespace only for this: without WHERE nothing names a column.
Node *condition_of(ParseState *parse, ParseNamespaceItem *item, CopyStmt const *statement, Relation table) {
    if (!statement->whereClause)
        return nullptr;
    addNSItemToQuery(parse, item, false, true, true);
    Node *condition = transformExpr(parse, statement->whereClause, EXPR_KIND_COPY_WHERE);
    condition = coerce_to_boolean(parse, condition, "WHERE");
    assign_expr_collations(parse, condition);
    require_no_generated(condition, table);
    condition = eval_const_expressions(nullptr, condition);
    condition = reinterpret_cast<Node *>(canonicalize_qual(reinterpret_cast<Expr *>(condition), false));
    return reinterpret_cast<Node *>(make_ands_implicit(reinterpret_cast<Expr *>(condition)));
}

[[noreturn]] void refuse_row_security() {
    throw Failure(sqlstate::not_supported, "COPY FROM not supported with row-level security", {},
                  "Use INSERT statements instead.");
}

// COPY would assume the client's encoding, but the body is in that of the database. BeginCopyFrom() takes
// pg_get_client_encoding() if there is no ENCODING, and ProcessCopyOptions() refuses a second one.
List *options_of(CopyStmt const *statement) {
    ListCell *cell;
    foreach (cell, statement->options)
        if (strcmp(lfirst_node(DefElem, cell)->defname, "encoding") == 0)
            return statement->options;
    Node *const name = reinterpret_cast<Node *>(makeString(pstrdup(GetDatabaseEncodingName())));
    return lappend(list_copy(statement->options), makeDefElem(pstrdup("encoding"), name, -1));
}

// Does and checks what DoCopy() does for COPY ... FROM stdin. DoCopy() itself cannot be used: it passes no data
// callback to BeginCopyFrom(). The order is that of DoCopy() too, so that of several errors the same one is raised:
// table, WHERE, privileges, row security, read-only transaction.
std::uint64_t copy(CopyFromBody *self, ParseState *parse, CopyStmt const *statement) {
    Relation const table = table_openrv(statement->relation, RowExclusiveLock);
    ParseNamespaceItem *const item =
        addRangeTableEntryForRelation(parse, table, RowExclusiveLock, nullptr, false, false);
    pg::require_insert(item);
    Node *const condition = condition_of(parse, item, statement, table);
    ListCell *cell;
    foreach (cell, CopyGetAttnums(RelationGetDescr(table), table, statement->attlist))
        pg::require_insert_into_column(item, lfirst_int(cell) - FirstLowInvalidHeapAttributeNumber);
    pg::check_permissions(parse, item);
    if (check_enable_rls(RelationGetRelid(table), InvalidOid, false) == RLS_ENABLED)
        pg::boundary<refuse_row_security>();
    if (XactReadOnly && !table->rd_islocaltemp)
        PreventCommandIfReadOnly("COPY FROM");
    self->state = BeginCopyFrom(parse, table, condition, nullptr, false, CopyFromBody::read, statement->attlist,
                                options_of(statement));
    std::uint64_t const count = CopyFrom(self->state);
    CopyFromState const state = self->state;
    self->state = nullptr;
    EndCopyFrom(state);
    table_close(table, NoLock); // the lock stays until the transaction ends
    return count;
}

// With the checks of standard_ProcessUtility(), which is not called for this statement. Which checks those are is
// decided by ClassifyUtilityCommandAsReadOnly(): COPY FROM may run in a read-only transaction, as far as its table is
// temporary, but not in parallel mode or recovery.
void run(CopyRows *rows, CopyStmt const *statement, const char *sql, QueryEnvironment *environment,
         QueryCompletion *completion) {
    check_stack_depth();
    PreventCommandIfParallelMode("COPY");
    PreventCommandDuringRecovery("COPY");
    CopyRows *const outer = reading;
    reading = rows;
    CopyFromBody self{rows, nullptr};
    ErrorContextCallback frame{error_context_stack, CopyFromBody::add_context, &self};
    error_context_stack = &frame;
    ParseState *const parse = make_parsestate(nullptr);
    parse->p_sourcetext = sql;
    parse->p_queryEnv = environment;
    std::uint64_t const count = copy(&self, parse, statement);
    free_parsestate(parse);
    error_context_stack = frame.previous;
    reading = outer;
    if (completion)
        SetQueryCompletion(completion, CMDTAG_COPY, count);
}

bool any_rows() noexcept { return innermost != nullptr; }

bool replace_copy(pg::Utility &utility) {
    if (!IsA(utility.statement(), CopyStmt))
        return false;
    auto *const statement = castNode(CopyStmt, utility.statement());
    CopyRows *const rows = CopyFromBody::rows_of(statement, utility.sql);
    if (!rows)
        return false;
    pg::guarded([&utility, statement, rows] {
        // A cached plan (read_only_tree) must not be changed: transformExpr() writes into the tree that it is given.
        void *const tree = utility.read_only_tree ? copyObjectImpl(statement) : statement;
        run(rows, castNode(CopyStmt, tree), utility.sql, utility.environment, utility.completion);
    });
    return true;
}

} // namespace

CopyRows::CopyRows(std::string_view rows, const char *source, std::uint32_t first_line)
    : outer_(innermost), at_(rows.data()), end_(rows.data() + rows.size()), source_(source), first_line_(first_line) {
    innermost = this;
}

CopyRows::~CopyRows() {
    innermost = outer_;
    if (reading == this) // an ERROR has passed through
        reading = outer_;
}

std::optional<std::uint32_t> CopyRows::bad_line() const noexcept {
    if (bad_row_ == 0)
        return std::nullopt;
    return first_line_ + static_cast<std::uint32_t>(bad_row_) - 1;
}

pg::Watcher const CopyRows::watcher{.on = any_rows, .intercept_utility = replace_copy};

} // namespace mig::server
