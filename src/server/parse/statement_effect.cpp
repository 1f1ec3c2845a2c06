#include "server/parse/statement_effect.hpp"

#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"

#include <cstring>

extern "C" {
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "parser/parser.h"
}

namespace mig::server {

namespace {

using Kind = StatementEffect::Kind;

struct Found {
    Kind kind;
    const char *setting; // in scratch memory
};

// SET SESSION CHARACTERISTICS sets up to three settings: `setting` does not name any of them then.
Found effect_of_set(VariableSetStmt const *set) {
    if (set->is_local)
        return {Kind::none, nullptr};
    switch (set->kind) {
    case VAR_RESET_ALL:
        return {Kind::resets_all, nullptr};
    case VAR_SET_MULTI:
        return {strcmp(set->name, "SESSION CHARACTERISTICS") == 0 ? Kind::sets : Kind::none, set->name};
    default:
        return {Kind::sets, set->name};
    }
}

Found effect_of_default(VariableSetStmt const *set) {
    return {Kind::alters_defaults, set->kind == VAR_RESET_ALL ? nullptr : set->name};
}

Found read(Node *node) {
    switch (nodeTag(node)) {
    case T_VariableSetStmt:
        return effect_of_set(castNode(VariableSetStmt, node));
    // DISCARD PLANS, SEQUENCES and TEMP change no setting.
    case T_DiscardStmt:
        return {castNode(DiscardStmt, node)->target == DISCARD_ALL ? Kind::discards_all : Kind::none, nullptr};
    case T_AlterRoleSetStmt:
        return effect_of_default(castNode(AlterRoleSetStmt, node)->setstmt);
    case T_AlterDatabaseSetStmt:
        return effect_of_default(castNode(AlterDatabaseSetStmt, node)->setstmt);
    case T_AlterSystemStmt:
        return effect_of_default(castNode(AlterSystemStmt, node)->setstmt);
    case T_ListenStmt:
        return {Kind::listens, nullptr};
    case T_UnlistenStmt:
        return {Kind::unlistens, nullptr};
    case T_LoadStmt:
        return {Kind::loads, nullptr};
    default:
        return {Kind::none, nullptr};
    }
}

Found parse_and_read(const char *sql) {
    List *const tree = raw_parser(sql, RAW_PARSE_DEFAULT);
    return list_length(tree) == 1 ? read(linitial_node(RawStmt, tree)->stmt) : Found{Kind::none, nullptr};
}

// Command tags (cmdtaglist.h). Others need not be parsed once more.
bool may_have_effect(std::string_view command) {
    for (std::string_view const setter :
         {"SET", "RESET", "DISCARD ALL", "ALTER ROLE", "ALTER DATABASE", "ALTER SYSTEM", "LISTEN", "UNLISTEN", "LOAD"})
        if (command == setter)
            return true;
    return false;
}

} // namespace

StatementEffect effect_of(std::string_view command, std::string const &sql) {
    if (!may_have_effect(command))
        return {};
    Quiet const quiet;
    ScratchMemory const scratch("migrator parse tree");
    const char *const text = sql.c_str();
    Found const found = scratch.run([=] { return parse_and_read(text); });
    return {found.kind, found.setting ? found.setting : ""};
}

} // namespace mig::server
