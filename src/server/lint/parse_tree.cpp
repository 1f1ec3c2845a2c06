#include "server/lint/parse_tree.hpp"

#include <cstring>

namespace mig::server::lint {

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

namespace {

bool is_on(const char *word) {
    return pg_strcasecmp(word, "false") != 0 && pg_strcasecmp(word, "off") != 0 && pg_strcasecmp(word, "no") != 0 &&
           std::strcmp(word, "0") != 0;
}

} // namespace

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
    case T_TypeName: // as a storage parameter's value is read
        return is_on(last_name(castNode(TypeName, option.arg)->names));
    default:
        return true;
    }
}

bool has_option(List const *options, const char *name) {
    DefElem const *const found = option(options, name);
    return found && is_on(*found);
}

bool sets_search_path(List const *options) {
    return any<DefElem>(options, [](DefElem const &element) {
        if (std::strcmp(element.defname, "set") != 0 || !element.arg || !IsA(element.arg, VariableSetStmt))
            return false;
        auto const *set = reinterpret_cast<VariableSetStmt const *>(element.arg);
        return set->name && std::strcmp(set->name, "search_path") == 0 && set->kind != VAR_RESET;
    });
}

} // namespace mig::server::lint
