#include "server/parse/recorded_touches.hpp"

#include "bridge/pod_list.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/db/subtransaction.hpp"
#include "server/parse/alteration.hpp"

extern "C" {
#include "catalog/namespace.h"
#include "nodes/makefuncs.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

using How = TouchedObject::How;

// PODs: texts in the scratch memory.
struct Touch {
    How how;
    const char *type, *identity, *part, *what, *old_name;
};
using TouchList = pg::PodList<Touch>;

// Qualified by the schema that it is in, or else by `public`, where it probably was. The search_path of that time is
// not on record: the current one may find another relation of that name.
const char *identity_of(RangeVar const *name, const char *relname = nullptr) {
    const char *schema = name->schemaname;
    if (!schema) {
        Oid const relation = RangeVarGetRelid(name, NoLock, true);
        Oid const found = OidIsValid(relation) ? get_rel_namespace(relation) : get_namespace_oid("public", true);
        schema = OidIsValid(found) ? get_namespace_name(found) : "public";
    }
    return quote_qualified_identifier(schema, relname ? relname : name->relname);
}

// As getObjectTypeDescription() calls it, so that it is one with what is observed. By the words of the statement: ALTER
// TABLE of a view or an index, which the server accepts too, counts as a table.
const char *type_of(ObjectType type) {
    switch (type) {
    case OBJECT_INDEX:
        return "index";
    case OBJECT_SEQUENCE:
        return "sequence";
    case OBJECT_VIEW:
        return "view";
    case OBJECT_MATVIEW:
        return "materialized view";
    case OBJECT_FOREIGN_TABLE:
        return "foreign table";
    case OBJECT_TYPE: // whose attributes are those of a relation
        return "composite type";
    default:
        return "table";
    }
}

// Reads the subcommands as alteration_of() reads those of a command that has run, but without an address.
void read(AlterTableStmt const *alter, TouchList &list) {
    for (int i = 0; i < list_length(alter->cmds); ++i) {
        CollectedATSubcmd subcommand{};
        subcommand.parsetree = static_cast<Node *>(list_nth(alter->cmds, i));
        Alteration const alteration = alteration_of(subcommand);
        List const *const options = options_of(subcommand);
        for (int j = 0; j < list_length(options); ++j)
            list.add({How::altered, type_of(alter->objtype), identity_of(alter->relation),
                      static_cast<const char *>(list_nth(options, j)), alteration.what, ""});
        if (options == NIL && *alteration.what)
            list.add({How::altered, type_of(alter->objtype), identity_of(alter->relation), alteration.part,
                      alteration.what, ""});
    }
}

// Relations only: `relation` is null for other objects. For a rename the new name is the object, as alteration_of() has
// it for one that was observed.
void read(RenameStmt const *rename, TouchList &list) {
    if (!rename->relation)
        return;
    const char *const identity = identity_of(rename->relation);
    if (rename->renameType == OBJECT_COLUMN)
        list.add({How::altered, type_of(rename->relationType), identity, quote_identifier(rename->newname),
                  "RENAME COLUMN", quote_identifier(rename->subname)});
    else if (rename->renameType == OBJECT_TABLE || rename->renameType == OBJECT_VIEW)
        list.add({How::altered, type_of(rename->renameType), identity_of(rename->relation, rename->newname), "",
                  "RENAME", identity});
}

// Of other types, `objects` need not be names of relations. Whatever CASCADE reached is not in the text.
void read(DropStmt const *drop, TouchList &list) {
    if (drop->removeType != OBJECT_TABLE && drop->removeType != OBJECT_VIEW)
        return;
    for (int i = 0; i < list_length(drop->objects); ++i)
        list.add({How::dropped, type_of(drop->removeType),
                  identity_of(makeRangeVarFromNameList(static_cast<List *>(list_nth(drop->objects, i)))), "", "", ""});
}

void read(Node const *statement, TouchList &list) {
    switch (nodeTag(statement)) {
    case T_AlterTableStmt:
        return read(reinterpret_cast<AlterTableStmt const *>(statement), list);
    case T_RenameStmt:
        return read(reinterpret_cast<RenameStmt const *>(statement), list);
    case T_DropStmt:
        return read(reinterpret_cast<DropStmt const *>(statement), list);
    case T_CreateStmt:
        // IF NOT EXISTS counts too: the text does not tell what was there.
        list.add({How::created, "table", identity_of(reinterpret_cast<CreateStmt const *>(statement)->relation), "", "",
                  ""});
        return;
    case T_ViewStmt:
        list.add({How::created, "view", identity_of(reinterpret_cast<ViewStmt const *>(statement)->view), "", "", ""});
        return;
    case T_IndexStmt:
        list.add(
            {How::used, "table", identity_of(reinterpret_cast<IndexStmt const *>(statement)->relation), "", "", ""});
        return;
    default:
        return;
    }
}

// All at once: the grammar splits the text itself, and psql's rules do not matter for names.
TouchList read_all(const char *body) {
    TouchList list{};
    List *const statements = raw_parser(body, RAW_PARSE_DEFAULT);
    for (int i = 0; i < list_length(statements); ++i)
        read(static_cast<RawStmt *>(list_nth(statements, i))->stmt, list);
    return list;
}

} // namespace

std::vector<TouchedObject> recorded_touches(std::string_view body) {
    std::string const text(body);
    const char *const sql = text.c_str();
    std::vector<TouchedObject> found;
    Quiet const quiet;
    ScratchMemory const scratch("migrator recorded body");
    // The grammar may not accept the text any more, and looking up a name in a schema without USAGE raises an ERROR
    // (LookupExplicitNamespace()): neither may end the call.
    Subtransaction subtransaction;
    try {
        TouchList const list = scratch.run([=] { return read_all(sql); });
        for (Touch const &touch : list)
            found.push_back({touch.how, touch.type, touch.identity, touch.part, touch.what, touch.old_name});
        subtransaction.commit();
    } catch (pg::Error const &error) {
        subtransaction.roll_back();
        if (error.must_propagate())
            throw;
    }
    return found;
}

} // namespace mig::server
