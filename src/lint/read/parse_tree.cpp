#include "lint/read/parse_tree.hpp"

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

bool sets_search_path(List const *options) {
    return any<DefElem>(options, [](DefElem const &element) {
        if (std::strcmp(element.defname, "set") != 0 || !element.arg || !IsA(element.arg, VariableSetStmt))
            return false;
        auto const *set = reinterpret_cast<VariableSetStmt const *>(element.arg);
        return set->name && std::strcmp(set->name, "search_path") == 0 && set->kind != VAR_RESET;
    });
}

} // namespace mig::server::lint
