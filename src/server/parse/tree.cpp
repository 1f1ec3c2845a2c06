#include "server/parse/tree.hpp"

namespace mig::server {

std::vector<std::string> strings(List const *names) {
    std::vector<std::string> result;
    each<Node>(names, [&](Node const &name) {
        if (IsA(&name, String))
            result.emplace_back(strVal(&name));
    });
    return result;
}

std::string dotted(List const *names) {
    std::string text;
    each<Node>(names, [&](Node const &name) {
        if (!text.empty())
            text += '.';
        text += IsA(&name, String) ? strVal(&name) : "*";
    });
    return text;
}

const char *last_name(List const *names) {
    return names != NIL && IsA(llast(names), String) ? strVal(llast(names)) : "";
}

bool is_relation(ObjectType type) {
    return type == OBJECT_TABLE || type == OBJECT_VIEW || type == OBJECT_MATVIEW || type == OBJECT_FOREIGN_TABLE ||
           type == OBJECT_SEQUENCE;
}

const char *string_constant(Node const *node) {
    auto const *constant = MIG_AS(A_Const, node);
    return constant && !constant->isnull && IsA(&constant->val, String) ? strVal(&constant->val) : nullptr;
}

bool sets_search_path(List const *options) {
    return any<DefElem>(options, [](DefElem const &element) {
        auto const *set = std::strcmp(element.defname, "set") == 0 ? MIG_AS(VariableSetStmt, element.arg) : nullptr;
        return set && set->name && std::strcmp(set->name, "search_path") == 0 && set->kind != VAR_RESET;
    });
}

} // namespace mig::server
