#include "server/parse/about_extension.hpp"

#include "bridge/guard.hpp"
#include "server/db/scratch_memory.hpp"

#include <cstring>

extern "C" {
#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "parser/parser.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

// Plain loops, without the helpers of tree.hpp, which throw when they are interrupted.

// The extension is not relocatable: its schema has its name.
bool is_ours(const char *name) { return name && std::strcmp(name, "migrator") == 0; }

bool is_ours(Node const *name) { return name && IsA(name, String) && is_ours(strVal(name)); }

bool is_own_table(const char *name) {
    for (const char *const table : {"migration", "history_entry", "statement_entry"})
        if (std::strcmp(name, table) == 0)
            return true;
    return false;
}

bool has_own_rows(RangeVar const *relation) {
    return relation && is_ours(relation->schemaname) && is_own_table(relation->relname);
}

struct Name {
    const char *schema, *object; // null: not qualified, or not the name of an object in a schema
};

Name name_in(List const *parts) {
    int const count = list_length(parts);
    return count < 2 ? Name{} : Name{strVal(list_nth(parts, count - 2)), strVal(list_nth(parts, count - 1))};
}

// The ways in which the grammar names the objects of GRANT and SECURITY LABEL.
Name name_of(Node const *object) {
    switch (nodeTag(object)) {
    case T_RangeVar:
        return {reinterpret_cast<RangeVar const *>(object)->schemaname,
                reinterpret_cast<RangeVar const *>(object)->relname};
    case T_ObjectWithArgs:
        return name_in(reinterpret_cast<ObjectWithArgs const *>(object)->objname);
    case T_TypeName:
        return name_in(reinterpret_cast<TypeName const *>(object)->names);
    case T_List:
        return name_in(reinterpret_cast<List const *>(object));
    default:
        return {};
    }
}

bool all_ours(List const *schemas) {
    for (int i = 0; i < list_length(schemas); ++i)
        if (!is_ours(static_cast<Node *>(list_nth(schemas, i))))
            return false;
    return schemas != NIL;
}

bool all_in_our_schema(List const *objects) {
    for (int i = 0; i < list_length(objects); ++i)
        if (!is_ours(name_of(static_cast<Node *>(list_nth(objects, i))).schema))
            return false;
    return objects != NIL;
}

AboutExtension as_trait(bool is_trait) { return is_trait ? AboutExtension::trait : AboutExtension::nothing; }
AboutExtension as_creation(bool is_creation) {
    return is_creation ? AboutExtension::creation : AboutExtension::nothing;
}
AboutExtension as_data(bool is_data) { return is_data ? AboutExtension::data : AboutExtension::nothing; }

// With elements, it is more than the creation of the schema.
bool creates_schema(CreateSchemaStmt const &create) {
    const char *const name = create.schemaname ? create.schemaname
                             : create.authrole && create.authrole->roletype == ROLESPEC_CSTRING
                                 ? create.authrole->rolename
                                 : nullptr;
    return create.schemaElts == NIL && is_ours(name);
}

AboutExtension about(GrantStmt const &grant) {
    if (grant.targtype == ACL_TARGET_ALL_IN_SCHEMA || grant.objtype == OBJECT_SCHEMA)
        return as_trait(all_ours(grant.objects));
    return as_trait(grant.targtype == ACL_TARGET_OBJECT && all_in_our_schema(grant.objects));
}

AboutExtension about(AlterDefaultPrivilegesStmt const &alter) {
    for (int i = 0; i < list_length(alter.options); ++i) {
        auto const *option = static_cast<DefElem const *>(list_nth(alter.options, i));
        if (std::strcmp(option->defname, "schemas") == 0)
            return as_trait(all_ours(reinterpret_cast<List const *>(option->arg)));
    }
    return AboutExtension::nothing;
}

AboutExtension about(SecLabelStmt const &label) {
    if (label.objtype == OBJECT_EXTENSION || label.objtype == OBJECT_SCHEMA)
        return as_trait(is_ours(label.object));
    if (label.objtype == OBJECT_COLUMN) // schema, table, column
        return as_trait(list_length(castNode(List, label.object)) > 2 &&
                        is_ours(static_cast<Node *>(linitial(castNode(List, label.object)))));
    return as_trait(is_ours(name_of(label.object).schema));
}

AboutExtension about(AlterTableStmt const &alter) {
    if (!is_ours(alter.relation->schemaname))
        return AboutExtension::nothing;
    for (int i = 0; i < list_length(alter.cmds); ++i) {
        AlterTableType const command = static_cast<AlterTableCmd const *>(list_nth(alter.cmds, i))->subtype;
        if (command != AT_EnableRowSecurity && command != AT_ForceRowSecurity)
            return AboutExtension::nothing;
    }
    return AboutExtension::trait;
}

// SELECT pg_catalog.setval('migrator.history_entry_id_seq', 1, true)
bool sets_our_sequence(SelectStmt const &select) {
    if (list_length(select.targetList) != 1 || select.fromClause != NIL)
        return false;
    Node const *const value = linitial_node(ResTarget, select.targetList)->val;
    if (!value || !IsA(value, FuncCall))
        return false;
    auto const &call = *reinterpret_cast<FuncCall const *>(value);
    if (std::strcmp(strVal(llast(call.funcname)), "setval") != 0 || call.args == NIL)
        return false;
    auto const *sequence = static_cast<Node const *>(linitial(call.args));
    if (!IsA(sequence, A_Const) || reinterpret_cast<A_Const const *>(sequence)->isnull)
        return false;
    Node const *const text = reinterpret_cast<Node const *>(&reinterpret_cast<A_Const const *>(sequence)->val);
    return IsA(text, String) && std::strncmp(strVal(text), "migrator.", std::strlen("migrator.")) == 0;
}

bool is_others_relation(Oid schema, const char *name) {
    Oid const relation = get_relname_relid(name, schema);
    return OidIsValid(relation) && !OidIsValid(getExtensionOfObject(RelationRelationId, relation));
}

bool is_others_type(Oid schema, const char *name) {
    Oid const type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(schema));
    return OidIsValid(type) && !OidIsValid(getExtensionOfObject(TypeRelationId, type));
}

// By name alone: the arguments may be of types that do not exist.
bool is_others_routine(Oid schema, const char *name) {
    bool found = false;
    CatCList *const routines = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
    for (int i = 0; i < routines->n_members; ++i) {
        auto const *routine = reinterpret_cast<Form_pg_proc>(GETSTRUCT(&routines->members[i]->tuple));
        found = found || (routine->pronamespace == schema &&
                          !OidIsValid(getExtensionOfObject(ProcedureRelationId, routine->oid)));
    }
    ReleaseSysCacheList(routines);
    return found;
}

bool is_others(Oid schema, Node const *object) {
    const char *const name = name_of(object).object;
    if (!name)
        return false;
    switch (nodeTag(object)) {
    case T_RangeVar:
        return is_others_relation(schema, name);
    case T_ObjectWithArgs:
        return is_others_routine(schema, name);
    default:
        return is_others_type(schema, name);
    }
}

bool names_others(const char *sql) {
    List *const statements = raw_parser(sql, RAW_PARSE_DEFAULT);
    Node const *const statement = linitial_node(RawStmt, statements)->stmt;
    Oid const schema = get_namespace_oid("migrator", true);
    if (IsA(statement, AlterTableStmt))
        return is_others(schema,
                         reinterpret_cast<Node *>(reinterpret_cast<AlterTableStmt const *>(statement)->relation));
    if (IsA(statement, CreatePolicyStmt))
        return is_others(schema,
                         reinterpret_cast<Node *>(reinterpret_cast<CreatePolicyStmt const *>(statement)->table));
    if (!IsA(statement, GrantStmt))
        return false;
    auto const &grant = *reinterpret_cast<GrantStmt const *>(statement);
    for (int i = 0; i < list_length(grant.objects); ++i)
        if (is_others(schema, static_cast<Node *>(list_nth(grant.objects, i))))
            return true;
    return false;
}

} // namespace

AboutExtension about_extension(Node const *statement) {
    switch (nodeTag(statement)) {
    case T_CreateExtensionStmt:
        return as_creation(is_ours(reinterpret_cast<CreateExtensionStmt const *>(statement)->extname));
    case T_CreateSchemaStmt:
        return as_creation(creates_schema(*reinterpret_cast<CreateSchemaStmt const *>(statement)));
    case T_CommentStmt: {
        auto const &comment = *reinterpret_cast<CommentStmt const *>(statement);
        bool const fits = comment.objtype == OBJECT_EXTENSION || comment.objtype == OBJECT_SCHEMA;
        return fits && is_ours(comment.object) ? AboutExtension::comment : AboutExtension::nothing;
    }
    case T_AlterOwnerStmt: {
        auto const &alter = *reinterpret_cast<AlterOwnerStmt const *>(statement);
        return as_trait(alter.objectType == OBJECT_SCHEMA && is_ours(alter.object));
    }
    case T_GrantStmt:
        return about(*reinterpret_cast<GrantStmt const *>(statement));
    case T_AlterDefaultPrivilegesStmt:
        return about(*reinterpret_cast<AlterDefaultPrivilegesStmt const *>(statement));
    case T_SecLabelStmt:
        return about(*reinterpret_cast<SecLabelStmt const *>(statement));
    case T_AlterTableStmt:
        return about(*reinterpret_cast<AlterTableStmt const *>(statement));
    case T_CreatePolicyStmt:
        return as_trait(is_ours(reinterpret_cast<CreatePolicyStmt const *>(statement)->table->schemaname));
    case T_CopyStmt: {
        auto const &copy = *reinterpret_cast<CopyStmt const *>(statement);
        return as_data(copy.is_from && has_own_rows(copy.relation));
    }
    case T_InsertStmt:
        return as_data(has_own_rows(reinterpret_cast<InsertStmt const *>(statement)->relation));
    case T_SelectStmt:
        return as_data(sets_our_sequence(*reinterpret_cast<SelectStmt const *>(statement)));
    default:
        return AboutExtension::nothing;
    }
}

bool names_others_object(std::string const &sql) {
    ScratchMemory const scratch("migrator parse tree");
    const char *const text = sql.c_str();
    return scratch.run([=] { return names_others(text); });
}

} // namespace mig::server
