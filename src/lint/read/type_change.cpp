#include "lint/read/type_change.hpp"

#include "bridge/guard.hpp"
#include "lint/read/user_code.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_node.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
}

namespace mig::server::lint {

namespace {

// A USING with more casts than anybody writes counts as one that computes something.
constexpr int most_casts = 8;

struct CastTarget {
    Oid type;
    std::int32_t typmod;
};

// The column, the casts of USING from the inside out, and the new type. PODs only, for the guarded frame.
struct Question {
    Oid type, collation;
    std::int32_t typmod;
    AttrNumber number;
    CastTarget casts[most_casts];
    int cast_count;
    CastTarget target;
};

// As ATPrepAlterColumnType() and ATColumnChangeRequiresRewrite(): builds the expression that ALTER TYPE would compute
// for each row, and strips the casts that leave the stored bytes alone. If only the column is left, nothing is
// rewritten. The planner is given built-in casts only: planning others may execute user-written code.
TypeChange::Effect decide(Question const &question) {
    ParseState *const parse = make_parsestate(nullptr);
    auto *expression =
        reinterpret_cast<Node *>(makeVar(1, question.number, question.type, question.typmod, question.collation, 0));
    for (int i = 0; i < question.cast_count && expression; ++i)
        expression = coerce_to_target_type(parse, expression, exprType(expression), question.casts[i].type,
                                           question.casts[i].typmod, COERCION_EXPLICIT, COERCE_EXPLICIT_CAST, -1);
    if (expression)
        expression = coerce_to_target_type(parse, expression, exprType(expression), question.target.type,
                                           question.target.typmod, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (!expression)
        return TypeChange::Effect::fails;
    assign_expr_collations(parse, expression);
    // A function of a user is called for each row. Only its support function could spare that, and it is not asked: at
    // worst a false alarm. A domain with constraints is rewritten in any case, to check them
    // (ATColumnChangeRequiresRewrite()).
    if (!only_builtin_casts(expression))
        return TypeChange::Effect::rewrite;
    // Length coercions that cannot change a value are removed here by the support functions of their types, as that of
    // varchar(20) to varchar(30) is by varchar_support().
    expression = reinterpret_cast<Node *>(expression_planner(reinterpret_cast<Expr *>(expression)));
    for (;;) {
        if (IsA(expression, Var))
            return TypeChange::Effect::none;
        if (IsA(expression, RelabelType)) {
            expression = reinterpret_cast<Node *>(MIG_AS(RelabelType, expression)->arg);
        } else if (IsA(expression, CoerceToDomain)) {
            expression = reinterpret_cast<Node *>(MIG_AS(CoerceToDomain, expression)->arg);
        } else if (IsA(expression, FuncExpr)) {
            auto const *function = MIG_AS(FuncExpr, expression);
            // The same bytes if the session's time zone is UTC.
            bool const between_timestamps =
                function->funcid == F_TIMESTAMPTZ_TIMESTAMP || function->funcid == F_TIMESTAMP_TIMESTAMPTZ;
            if (!between_timestamps || TimestampTimestampTzRequiresRewrite())
                return TypeChange::Effect::rewrite;
            expression = static_cast<Node *>(linitial(function->args));
        } else {
            return TypeChange::Effect::rewrite;
        }
    }
}

// Reads a USING that consists of casts of the column itself; false: it computes something else.
bool casts_of(World &world, Node *expression, std::string const &column, Question &question) {
    for (;;) {
        if (IsA(expression, ColumnRef))
            return raw::column_name(expression) == column;
        if (!IsA(expression, TypeCast) || question.cast_count == most_casts)
            return false;
        DataType const type = world.type(MIG_AS(TypeCast, expression)->typeName);
        if (type.oid == 0)
            return false;
        // The outermost cast is read first, and computed last.
        for (int i = question.cast_count++; i > 0; --i)
            question.casts[i] = question.casts[i - 1];
        question.casts[0] = {type.oid, type.typmod};
        expression = MIG_AS(TypeCast, expression)->arg;
    }
}

// Whether an index on the column can be kept although its type changes. CheckIndexCompatible() requires the same
// operator classes and collations; with a polymorphic operator class (array_ops, enum_ops), the same type as well. The
// default operator class for btree stands for those of other access methods, and for one that the index names.
bool same_operators(Oid from, Oid to) {
    Oid const before = GetDefaultOpClass(getBaseType(from), BTREE_AM_OID),
              after = GetDefaultOpClass(getBaseType(to), BTREE_AM_OID);
    return OidIsValid(before) && before == after && get_typcollation(from) == get_typcollation(to) &&
           (getBaseType(from) == getBaseType(to) || !IsPolymorphicType(get_opclass_input_type(after)));
}

void find_rebuilt(Table const &table, Column const &column, Oid to, bool collated, TypeChange &change) {
    Oid const from = column.type;
    bool const same = !collated && pg::guarded([=] { return same_operators(from, to); });
    for (TableIndex const &index : table.indexes) {
        bool const in_key = std::find(index.columns.begin(), index.columns.end(), column.name) != index.columns.end();
        // CheckIndexCompatible() never keeps an index with an expression or a predicate. Whether these use the column
        // is in pg_depend only.
        bool in_rest = false;
        static KeptQuery column_of_index(
            "SELECT FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass"
            " AND objid = $1::oid AND refobjid = $2::oid AND refobjsubid = $3");
        if ((index.of_expressions || index.partial) && index.oid != 0 && !in_key)
            in_rest = column_of_index(
                          {static_cast<std::int64_t>(index.oid), static_cast<std::int64_t>(table.oid), column.number})
                          .size() > 0;
        if ((in_key && (!same || index.of_expressions || index.partial)) || in_rest)
            change.rebuilt.push_back(index.name);
    }
}

} // namespace

TypeChange type_change(World &world, Table &table, AlterTableCmd const *command) {
    TypeChange change;
    Column const *const column = table.column(command->name);
    auto const *definition = MIG_AS(ColumnDef, command->def);
    DataType const type = world.type(definition->typeName);
    if (!column || column->type == 0 || (type.oid == 0 && !type.is_new))
        return change;
    if (type.is_new) { // no stored value has a new type yet, so all are converted, except to a domain over the old type
        change.effect = world.contents().is_domain(definition->typeName) ? TypeChange::Effect::unknown
                                                                         : TypeChange::Effect::rewrite;
        return change;
    }
    Question question{};
    question.type = column->type;
    question.collation = column->collation;
    question.typmod = column->typmod;
    // A new column has no number yet. Any will do, as the Var is never evaluated.
    question.number = static_cast<AttrNumber>(column->number > 0 ? column->number : 1);
    question.target = {type.oid, type.typmod};
    if (definition->raw_default && !casts_of(world, definition->raw_default, column->name, question)) {
        change.effect = TypeChange::Effect::rewrite;
        return change;
    }
    Question const *const asked = &question;
    AsBody const as_body(world.contents(), AsBody::Role::caller);
    // ALTER TYPE would most likely meet the same ERROR, but that is for the statement to say.
    if (!attempt([&] { change.effect = pg::guarded([=] { return decide(*asked); }); }))
        change.effect = TypeChange::Effect::unknown;
    if (change.effect != TypeChange::Effect::none)
        return change;
    find_rebuilt(table, *column, type.oid, definition->collClause != nullptr, change);
    for (TableConstraint const &constraint : table.constraints)
        // A CHECK that is NOT VALID is created again NOT VALID (pg_get_constraintdef_worker()), and nothing is read.
        if (constraint.type == 'c' && constraint.validated &&
            std::find(constraint.columns.begin(), constraint.columns.end(), column->name) != constraint.columns.end())
            change.rechecked.push_back(constraint.name);
    return change;
}

} // namespace mig::server::lint
