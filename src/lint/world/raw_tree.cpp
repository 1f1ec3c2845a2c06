#include "lint/world/raw_tree.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "nodes/value.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
}

namespace mig::server::lint::raw {

namespace {

// PODs only: the walker runs in a guarded frame.
struct Columns {
    const char *names[64];
    int count;
};

// The name after the last dot of a ColumnRef; null for `t.*`, whose last field is an A_Star.
const char *last_name(Node *node) {
    auto const *column = MIG_AS(ColumnRef, node);
    auto const *last = column ? static_cast<Node const *>(llast(column->fields)) : nullptr;
    return last && IsA(last, String) ? strVal(last) : nullptr;
}

bool collect_columns(Node *node, void *context) {
    if (!node)
        return false;
    auto *columns = static_cast<Columns *>(context);
    if (const char *name = last_name(node))
        // A condition over more columns than that is cut: it then seems not to concern the others.
        if (columns->count < 64)
            columns->names[columns->count++] = name;
    return pg::walk_raw_expression(node, collect_columns, context);
}

} // namespace

TypeName make_type_name(List *names) {
    TypeName name{};
    name.type = T_TypeName;
    name.names = names;
    name.typemod = -1;
    return name;
}

// These are not types: transformColumnDefinition() replaces them by integer, bigint or smallint with a sequence.
bool is_serial(TypeName const *type) {
    if (list_length(type->names) != 1 || type->setof || type->arrayBounds)
        return false;
    std::string_view const name = strVal(linitial(type->names));
    return name == "serial" || name == "bigserial" || name == "smallserial" || name == "serial2" || name == "serial4" ||
           name == "serial8";
}

std::string type_text(TypeName const *type) {
    if (!type->names)
        return {};
    return pg::guarded([=] { return TypeNameToString(type); });
}

std::string type_text(World &world, TypeName const *type) {
    DataType const known = world.type(type);
    if (known.oid == 0)
        return type_text(type);
    return type_name(known);
}

std::vector<std::string> columns_of(Node *expression) {
    Columns found{};
    Columns *const columns = &found;
    if (expression)
        pg::guarded([=] { (void) collect_columns(expression, columns); });
    std::vector<std::string> result;
    for (int i = 0; i < found.count; ++i)
        if (std::find(result.begin(), result.end(), found.names[i]) == result.end())
            result.emplace_back(found.names[i]);
    return result;
}

// As prove_not_null() (world_live.cpp) reads a stored CHECK. Under OR nothing is proven.
std::vector<std::string> not_null_columns(Node *expression) {
    std::vector<std::string> result;
    if (!expression)
        return result;
    if (auto const *test = MIG_AS(NullTest, expression)) {
        if (test->nulltesttype == IS_NOT_NULL)
            if (const char *name = last_name(reinterpret_cast<Node *>(test->arg)))
                result.emplace_back(name);
    } else if (auto const *logic = MIG_AS(BoolExpr, expression); logic && logic->boolop == AND_EXPR) {
        each<Node>(logic->args, [&](Node &argument) {
            for (std::string &name : not_null_columns(&argument))
                result.push_back(std::move(name));
        });
    }
    return result;
}

std::string column_name(Node *node) {
    const char *const name = node ? last_name(node) : nullptr;
    return name ? name : "";
}

} // namespace mig::server::lint::raw
