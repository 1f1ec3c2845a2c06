#include "server/parse/statement_options.hpp"

#include <cstring>

extern "C" {
#include "nodes/value.h"
}

namespace mig::server {

namespace {

// defGetBoolean() accepts true, false, on, off, 0 and 1 and refuses all else: then the statement fails whatever this
// returns.
bool is_on(const char *word) {
    return pg_strcasecmp(word, "false") != 0 && pg_strcasecmp(word, "off") != 0 && pg_strcasecmp(word, "no") != 0 &&
           std::strcmp(word, "0") != 0;
}

} // namespace

// VACUUM and REINDEX take the last of several; most other commands refuse a repetition, errorConflictingDefElem().
DefElem const *option_named(List const *options, const char *name) {
    DefElem const *found = nullptr;
    ListCell *cell;
    foreach (cell, options)
        if (std::strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
            found = lfirst_node(DefElem, cell);
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
        return is_on(strVal(option.arg));
    case T_TypeName: { // an unquoted word, as in storage parameters (def_arg in gram.y)
        List const *const names = castNode(TypeName, option.arg)->names;
        return names == NIL || !IsA(llast(names), String) || is_on(strVal(llast(names)));
    }
    default:
        return true;
    }
}

bool has_option(List const *options, const char *name) {
    DefElem const *const found = option_named(options, name);
    return found && is_on(*found);
}

bool is_on_unless_disabled(List const *options, const char *name) {
    DefElem const *const found = option_named(options, name);
    return !found || is_on(*found);
}

} // namespace mig::server
