#include "server/parse/alteration.hpp"

#include "bridge/compat.hpp"

extern "C" {
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

// As the documentation of ALTER TABLE writes them. core/conflict depends on these words (effects.cpp).
const char *words(AlterTableType type) {
    switch (type) {
    case AT_AddColumn:
        return "ADD COLUMN";
    case AT_ColumnDefault:
        return "DEFAULT";
    case AT_DropNotNull:
        return "DROP NOT NULL";
    case AT_SetNotNull:
        return "SET NOT NULL";
    case AT_DropExpression:
        return "DROP EXPRESSION";
    case AT_SetStatistics:
        return "SET STATISTICS";
    // Of a column: SET (n_distinct = ...). Those of a relation are SET.
    case AT_SetOptions:
    case AT_ResetOptions:
        return "OPTIONS";
    case AT_SetStorage:
        return "SET STORAGE";
    case AT_SetCompression:
        return "SET COMPRESSION";
    case AT_DropColumn:
        return "DROP COLUMN";
    case AT_AddIndex: // what transformAlterTableStmt() makes of PRIMARY KEY, UNIQUE and EXCLUDE
    case AT_AddConstraint:
    case AT_AddIndexConstraint:
        return "ADD CONSTRAINT";
    case AT_AlterConstraint:
        return "ALTER CONSTRAINT";
    case AT_ValidateConstraint:
        return "VALIDATE CONSTRAINT";
    case AT_DropConstraint:
        return "DROP CONSTRAINT";
    case AT_AlterColumnType:
        return "TYPE";
    // ATExecCmd() sets no address for it, and the parse tree has only the new owner: no part.
    case AT_ChangeOwner:
        return "OWNER TO";
    case AT_ClusterOn:
    case AT_DropCluster:
        return "CLUSTER ON";
    case AT_SetLogged:
        return "SET LOGGED";
    case AT_SetUnLogged:
        return "SET UNLOGGED";
    case AT_SetAccessMethod:
        return "SET ACCESS METHOD";
    case AT_SetTableSpace:
        return "SET TABLESPACE";
    case AT_SetRelOptions:
    case AT_ResetRelOptions:
        return "SET";
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
    case AT_EnableTrigAll:
    case AT_EnableTrigUser:
        return "ENABLE TRIGGER";
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser:
        return "DISABLE TRIGGER";
    case AT_EnableRule:
    case AT_EnableAlwaysRule:
    case AT_EnableReplicaRule:
        return "ENABLE RULE";
    case AT_DisableRule:
        return "DISABLE RULE";
    case AT_AddInherit:
        return "INHERIT";
    case AT_DropInherit:
        return "NO INHERIT";
    case AT_AddOf:
        return "OF";
    case AT_DropOf:
        return "NOT OF";
    case AT_ReplicaIdentity:
        return "REPLICA IDENTITY";
    case AT_EnableRowSecurity:
        return "ENABLE ROW LEVEL SECURITY";
    case AT_DisableRowSecurity:
        return "DISABLE ROW LEVEL SECURITY";
    case AT_ForceRowSecurity:
        return "FORCE ROW LEVEL SECURITY";
    case AT_NoForceRowSecurity:
        return "NO FORCE ROW LEVEL SECURITY";
    case AT_AlterColumnGenericOptions:
    case AT_GenericOptions:
        return "OPTIONS";
    case AT_AttachPartition:
        return "ATTACH PARTITION";
    case AT_DetachPartition:
    case AT_DetachPartitionFinalize:
        return "DETACH PARTITION";
    case AT_AddIdentity:
        return "ADD IDENTITY";
    case AT_SetIdentity:
        return "SET IDENTITY";
    case AT_DropIdentity:
        return "DROP IDENTITY";
    default: // AT_ReAdd*, AT_Check*, AT_Cooked*: internal steps of the server; or newer than this list
        return "";
    }
}

// From here on, names are quoted as the server quotes them in the identity of an object (objectaddress.c): the two are
// compared as texts.
const char *quoted(const char *name) { return name ? quote_identifier(name) : ""; }

// For what the parse tree does not name, such as a constraint whose name the server has chosen. ATExecCmd()
// (tablecmds.c) stores the address of what the subcommand made or changed: a column as its relation and number, an
// index as a relation, a constraint. Look-ups may find nothing: a later subcommand of the same statement can have
// dropped it.
const char *address_name(ObjectAddress const &address) {
    if (address.classId == ConstraintRelationId)
        return get_constraint_name(address.objectId);
    if (address.classId != RelationRelationId || !OidIsValid(address.objectId))
        return nullptr;
    return address.objectSubId ? get_attname(address.objectId, static_cast<AttrNumber>(address.objectSubId), true)
                               : get_rel_name(address.objectId);
}

// The column, constraint, partition, ... that a subcommand is about: it has no fixed place in the parse tree. `name`
// comes first: where gram.y sets it, it is the column or the constraint, while `def` is then only its new type, default
// or options. PRIMARY KEY, UNIQUE and EXCLUDE arrive as an IndexStmt.
const char *part_of(AlterTableCmd const &command, ObjectAddress const &address) {
    const char *name = command.name;
    if (!name && command.def) {
        switch (nodeTag(command.def)) {
        case T_ColumnDef:
            name = reinterpret_cast<ColumnDef *>(command.def)->colname;
            break;
        case T_Constraint:
            name = reinterpret_cast<Constraint *>(command.def)->conname;
            break;
        case T_IndexStmt:
            name = reinterpret_cast<IndexStmt *>(command.def)->idxname;
            break;
        case T_PartitionCmd:
            return quoted(reinterpret_cast<PartitionCmd *>(command.def)->name->relname);
        // INHERIT and NO INHERIT.
        case T_RangeVar:
            return quoted(reinterpret_cast<RangeVar *>(command.def)->relname);
        default:
            break;
        }
    }
    return quoted(name ? name : address_name(address));
}

const char *words(CollectedATSubcmd const &subcommand) {
    auto const *command = reinterpret_cast<AlterTableCmd const *>(subcommand.parsetree);
    return words(pg::without_recursion(command->subtype));
}

Alteration read(CollectedATSubcmd const &subcommand) {
    const char *const what = words(subcommand);
    if (!*what)
        return {};
    return {what, part_of(*reinterpret_cast<AlterTableCmd const *>(subcommand.parsetree), subcommand.address), ""};
}

const char *qualified(const char *schema, const char *name) {
    return name ? quote_qualified_identifier(schema, name) : "";
}

const char *last_name(List const *name) { return name == NIL ? nullptr : strVal(llast(name)); }

// The name without its schema, for any kind of object. gram.y puts relations into `relation`, and all else into
// `object`: a list of names for types, domains, collations, text search objects and the like (for operator classes and
// families it begins with the access method), a String for languages, servers, publications and others that have no
// schema.
const char *name_of(RangeVar const *relation, Node const *object) {
    if (relation)
        return relation->relname;
    if (!object)
        return nullptr;
    switch (nodeTag(object)) {
    case T_List:
        return last_name(reinterpret_cast<List const *>(object));
    case T_ObjectWithArgs:
        return last_name(reinterpret_cast<ObjectWithArgs const *>(object)->objname);
    case T_TypeName:
        return last_name(reinterpret_cast<TypeName const *>(object)->names);
    case T_String:
        return strVal(object);
    default:
        return nullptr;
    }
}

// Triggers, rules and policies are not parts but objects with an address of their own, although gram.y puts their old
// names into `subname` as well.
bool names_part(RenameStmt const &rename) {
    switch (rename.renameType) {
    case OBJECT_COLUMN:
    case OBJECT_ATTRIBUTE:
    case OBJECT_TABCONSTRAINT:
    case OBJECT_DOMCONSTRAINT:
        return true;
    default:
        return false;
    }
}

// get_object_namespace() raises an ERROR if the object is gone; get_rel_namespace(), for relations, does not.
const char *schema_of(ObjectAddress const &address) {
    Oid const schema =
        address.classId == RelationRelationId ? get_rel_namespace(address.objectId) : get_object_namespace(&address);
    return OidIsValid(schema) ? get_namespace_name(schema) : nullptr;
}

// A function's identity includes its argument types, which a renamed or moved function keeps. getObjectIdentity()
// qualifies the types by their schemas (FORMAT_PROC_FORCE_QUALIFY). What is before them is the name that it has now:
// a parenthesis can be part of that.
const char *with_arguments(ObjectAddress const &address, const char *name) {
    const char *const identity = address.classId == ProcedureRelationId ? getObjectIdentity(&address, true) : nullptr;
    if (!identity)
        return name;
    const char *const present = qualified(schema_of(address), get_func_name(address.objectId));
    return psprintf("%s%s", name, identity + strlen(present));
}

// Called when the rename is done: the identity that the server gives for the address has the new name, so that of
// before is put together from the parse tree. The schema is looked up, because the statement need not name it.
Alteration read(RenameStmt const &rename, ObjectAddress const &address) {
    switch (rename.renameType) {
    case OBJECT_COLUMN:
        return {"RENAME COLUMN", quoted(rename.newname), quoted(rename.subname)};
    case OBJECT_ATTRIBUTE:
        return {"RENAME ATTRIBUTE", quoted(rename.newname), quoted(rename.subname)};
    case OBJECT_TABCONSTRAINT:
    case OBJECT_DOMCONSTRAINT:
        return {"RENAME CONSTRAINT", quoted(rename.newname), quoted(rename.subname)};
    case OBJECT_TRIGGER:
    case OBJECT_RULE:
    case OBJECT_POLICY: { // the identity is `name on table`: replace the name in front
        const char *const identity = getObjectIdentity(&address, true);
        std::size_t const length = strlen(quoted(rename.newname));
        const char *const rest = identity && strlen(identity) > length ? identity + length : "";
        return {"RENAME", "", psprintf("%s%s", quoted(rename.subname), rest)};
    }
    // For a schema gram.y sets `subname`, and no `object` as it does for others that have no schema.
    case OBJECT_SCHEMA:
        return {"RENAME", "", quoted(rename.subname)};
    default: {
        const char *const name = name_of(rename.relation, rename.object);
        return {"RENAME", "",
                name ? with_arguments(address, qualified(schema_of(address), name)) : quoted(rename.subname)};
    }
    }
}

// The secondary object is the schema that it has been moved from. ExecAlterObjectSchemaStmt() returns it in
// oldSchemaAddr, and ProcessUtilitySlow() passes that on to EventTriggerCollectSimpleCommand().
Alteration read(AlterObjectSchemaStmt const &move, CollectedCommand const &command) {
    ObjectAddress const &old_schema = command.d.simple.secondaryObject;
    const char *const schema =
        old_schema.classId == NamespaceRelationId ? get_namespace_name(old_schema.objectId) : nullptr;
    const char *const name = name_of(move.relation, move.object);
    return {"SET SCHEMA", "", schema && name ? with_arguments(command.d.simple.address, qualified(schema, name)) : ""};
}

// `oldVal` is set for RENAME VALUE only. ADD VALUE IF NOT EXISTS is reported even if the value was there: AlterEnum()
// returns the same address then.
Alteration read(AlterEnumStmt const &change) {
    if (change.oldVal)
        return {"RENAME VALUE", quote_literal_cstr(change.newVal), quote_literal_cstr(change.oldVal)};
    return {"ADD VALUE", quote_literal_cstr(change.newVal), ""};
}

Alteration read(AlterDomainStmt const &change) {
    switch (change.subtype) { // the letters are documented in parsenodes.h, at AlterDomainStmt
    case 'T':
        return {"DEFAULT", "", ""};
    case 'N':
        return {"DROP NOT NULL", "", ""};
    case 'O':
        return {"SET NOT NULL", "", ""};
    case 'C':
        return {"ADD CONSTRAINT", change.def ? quoted(reinterpret_cast<Constraint *>(change.def)->conname) : "", ""};
    case 'X':
        return {"DROP CONSTRAINT", quoted(change.name), ""};
    default:
        return {"VALIDATE CONSTRAINT", quoted(change.name), ""};
    }
}

// Of other types than SCT_Simple are ALTER TABLE and GRANT, which the caller takes apart, and changes of default
// privileges, operator families and text search configurations, which are not described any further.
Alteration read(CollectedCommand const &command) {
    if (command.type != SCT_Simple || !command.parsetree)
        return {};
    Node const *const tree = command.parsetree;
    switch (nodeTag(tree)) {
    case T_RenameStmt:
        return read(*reinterpret_cast<RenameStmt const *>(tree), command.d.simple.address);
    case T_AlterObjectSchemaStmt:
        return read(*reinterpret_cast<AlterObjectSchemaStmt const *>(tree), command);
    case T_AlterEnumStmt:
        return read(*reinterpret_cast<AlterEnumStmt const *>(tree));
    case T_AlterDomainStmt:
        return read(*reinterpret_cast<AlterDomainStmt const *>(tree));
    case T_AlterOwnerStmt:
        return {"OWNER TO", "", ""};
    case T_AlterObjectDependsStmt:
        return {"DEPENDS ON EXTENSION", "", ""};
    case T_CommentStmt:
        return {"COMMENT", "", ""};
    case T_SecLabelStmt:
        return {"SECURITY LABEL", "", ""};
    case T_RefreshMatViewStmt:
        return {"REFRESH", "", ""};
    case T_ReindexStmt:
        return {"REINDEX", "", ""};
    default:
        return {};
    }
}

} // namespace

Alteration alteration_of(CollectedATSubcmd const &subcommand) { return read(subcommand); }

List *options_of(CollectedATSubcmd const &subcommand) {
    auto const *const command = reinterpret_cast<AlterTableCmd const *>(subcommand.parsetree);
    List *names = NIL;
    if (command->subtype != AT_SetRelOptions && command->subtype != AT_ResetRelOptions)
        return names;
    auto const *const options = reinterpret_cast<List const *>(command->def);
    for (int i = 0; i < list_length(options); ++i) {
        auto const *const option = static_cast<DefElem const *>(list_nth(options, i));
        names = lappend(names, option->defnamespace ? psprintf("%s.%s", option->defnamespace, option->defname)
                                                    : pstrdup(option->defname));
    }
    return names;
}

Alteration alteration_of(CollectedCommand const &command) { return read(command); }

bool renames_part(CollectedCommand const &command) {
    return command.type == SCT_Simple && command.parsetree && IsA(command.parsetree, RenameStmt) &&
           names_part(*reinterpret_cast<RenameStmt const *>(command.parsetree));
}

} // namespace mig::server
