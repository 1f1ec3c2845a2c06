#include "rehearsal/foreign_writes.hpp"

#include "bridge/compat.hpp"
#include "bridge/guard.hpp"
#include "rehearsal/function_library.hpp"
#include "rehearsal/irreversible.hpp"

#include <cstring>

extern "C" {
#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_proc.h"
#include "foreign/foreign.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace mig::server {

namespace {

constexpr AclMode writing = ACL_INSERT | ACL_UPDATE | ACL_DELETE | ACL_TRUNCATE;

struct Wrapper {
    const char *name, *library;
    bool runs_program;
};

// Identified by the library of its handler, because the wrapper's own name is up to the user. fdwhandler is 0 for a
// wrapper without one, which can neither read nor write.
Wrapper wrapper_of(Oid table) {
    ForeignTable const *const foreign = GetForeignTable(table);
    ForeignDataWrapper const *const wrapper = GetForeignDataWrapper(GetForeignServer(foreign->serverid)->fdwid);
    bool program = false; // the option of file_fdw
    for (int i = 0; i < list_length(foreign->options); ++i)
        program =
            program || std::strcmp(static_cast<DefElem *>(list_nth(foreign->options, i))->defname, "program") == 0;
    return {wrapper->fdwname, library_of(wrapper->fdwhandler), program};
}

// Those among the table and, for a write, its children: rows may be routed there. No lock: the query has locked what it
// writes, or will. has_subclass() may be true without children, never the other way round.
List *foreign_tables_in(Oid table, bool write) {
    List *const all =
        write && has_subclass(table) ? find_all_inheritors(table, NoLock, nullptr) : list_make1_oid(table);
    List *foreign = NIL;
    for (int i = 0; i < list_length(all); ++i)
        if (get_rel_relkind(list_nth_oid(all, i)) == RELKIND_FOREIGN_TABLE)
            foreign = lappend_oid(foreign, list_nth_oid(all, i));
    return foreign;
}

const char *name_of(Oid table) {
    return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), get_rel_name(table));
}

// A program is a remark and no refusal even for reading: file_fdw only reads, and what a program does besides is up to
// the user.
ForeignWrites::Use find_use(Oid table, bool write) {
    List *const foreign = pg::guarded([=] { return foreign_tables_in(table, write); });
    for (int i = 0; i < list_length(foreign); ++i) {
        Oid const member = list_nth_oid(foreign, i);
        Wrapper const wrapper = pg::guarded([=] { return wrapper_of(member); });
        const char *const name = pg::guarded([=] { return name_of(member); });
        std::string const what = std::string("foreign table ") + name;
        if (write && !irreversible::is_transactional_wrapper(wrapper.library))
            return {what + " is written through " + wrapper.name, ""};
        if (wrapper.runs_program)
            return {"", what + " runs a program, whose side effects no rollback undoes"};
    }
    return {};
}

} // namespace

ForeignWrites::Use ForeignWrites::use_of(List *needs) {
    for (int i = 0; i < list_length(needs); ++i) {
        auto const *need = static_cast<pg::TablePermissions *>(list_nth(needs, i));
        // No catalog is a foreign table.
        if (need->relid < FirstNormalObjectId)
            continue;
        Use const &use = look_up(need->relid, (need->requiredPerms & writing) != 0);
        if (!use.effect.empty() || !use.remark.empty())
            return use;
    }
    return {};
}

// Kept, because the hook is called for every query, and a loop in PL/pgSQL runs many.
ForeignWrites::Use const &ForeignWrites::look_up(Oid table, bool write) {
    auto const known = known_.find({table, write});
    return known != known_.end() ? known->second
                                 : known_.emplace(std::pair(table, write), find_use(table, write)).first->second;
}

} // namespace mig::server
