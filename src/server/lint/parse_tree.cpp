#include "server/lint/parse_tree.hpp"

#include "server/quiet.hpp"
#include "server/scratch_memory.hpp"

#include <cstring>

extern "C" {
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server::lint {

RangeVar range_var(List const *names) {
    RangeVar result{};
    result.type = T_RangeVar;
    result.relpersistence = 'p';
    result.inh = true;
    result.location = -1;
    int const length = list_length(names);
    if (length > 0)
        result.relname = strVal(list_nth(names, length - 1));
    if (length > 1)
        result.schemaname = strVal(list_nth(names, length - 2));
    return result;
}

std::string dotted(List const *names) {
    std::string text;
    ListCell *cell;
    foreach (cell, names) {
        if (!text.empty())
            text += '.';
        text += IsA(lfirst(cell), String) ? strVal(lfirst(cell)) : "*";
    }
    return text;
}

const char *last_name(List const *names) {
    return names != NIL && IsA(llast(names), String) ? strVal(llast(names)) : "";
}

DefElem const *option(List const *options, const char *name) {
    DefElem const *found = nullptr;
    each<DefElem>(options, [&](DefElem const &element) {
        if (std::strcmp(element.defname, name) == 0)
            found = &element;
    });
    return found;
}

bool is_on(DefElem const &option) {
    if (!option.arg)
        return true;
    switch (nodeTag(option.arg)) {
    case T_Boolean:
        return boolVal(option.arg);
    case T_Integer:
        return intVal(option.arg) != 0;
    case T_String:
        return pg_strcasecmp(strVal(option.arg), "false") != 0 && pg_strcasecmp(strVal(option.arg), "off") != 0 &&
               std::strcmp(strVal(option.arg), "0") != 0;
    default:
        return true;
    }
}

bool later(Subject const &subject, std::function<bool(Node *)> const &test) {
    Quiet const quiet;
    ScratchMemory const scratch("migrator parse tree");
    std::vector<Statement> const &statements = subject.step.statements;
    for (std::size_t i = subject.index + 1; i < statements.size(); ++i) {
        std::string const text(subject.step.body.substr(statements[i].begin, statements[i].end - statements[i].begin));
        const char *const chars = text.c_str();
        List *const tree = scratch.run([=] { return raw_parser(chars, RAW_PARSE_DEFAULT); });
        if (list_length(tree) == 1 && test(linitial_node(RawStmt, tree)->stmt))
            return true;
        scratch.clear();
    }
    return false;
}

namespace {

// What LookupTypeName() would find. That raises an ERROR for a schema that the caller may not use, and an ERROR cannot
// be caught without a subtransaction.
Oid type_of_name(List const *names) {
    const char *const name = strVal(llast(names));
    if (list_length(names) == 1)
        return TypenameGetTypidExtended(name, true);
    Oid const schema = get_namespace_oid(strVal(linitial(names)), true);
    return OidIsValid(schema)
               ? GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, PointerGetDatum(name), ObjectIdGetDatum(schema))
               : InvalidOid;
}

} // namespace

NamedType named_type(TypeName const *name) {
    NamedType result;
    if (!name)
        return result;
    result.array = name->arrayBounds != NIL;
    std::string modifiers;
    ListCell *cell;
    foreach (cell, name->typmods) {
        auto const *constant = static_cast<A_Const const *>(lfirst(cell));
        if (!IsA(constant, A_Const) || !IsA(&constant->val, Integer))
            return result; // interval's, or what only the type's own function can read
        result.modifiers.push_back(intVal(&constant->val));
        modifiers += (modifiers.empty() ? "" : ",") + std::to_string(result.modifiers.back());
    }
    if (name->pct_type || name->setof || list_length(name->names) > 2 || name->names == NIL)
        return result;
    List const *const names = name->names;
    bool const array = result.array;
    result.oid = pg::guarded([=] {
        Oid const type = type_of_name(names);
        return array && OidIsValid(type) ? get_array_type(type) : type;
    });
    if (result.oid == 0)
        return result;
    result.text = pg::call<format_type_be>(result.oid);
    if (!modifiers.empty())
        result.text += "(" + modifiers + ")";
    return result;
}

} // namespace mig::server::lint
