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

// A wrapper is known by the library of its handler.
Wrapper wrapper_of(Oid table) {
    ForeignTable const *const foreign = GetForeignTable(table);
    ForeignDataWrapper const *const wrapper = GetForeignDataWrapper(GetForeignServer(foreign->serverid)->fdwid);
    bool program = false;
    for (int i = 0; i < list_length(foreign->options); ++i)
        program =
            program || std::strcmp(static_cast<DefElem *>(list_nth(foreign->options, i))->defname, "program") == 0;
    return {wrapper->fdwname, library_of(wrapper->fdwhandler), program};
}

// The table, and what its rows may be routed to.
List *with_children(Oid table, bool write) {
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

ForeignWrites::Use use_of(Oid table, bool write) {
    List *const foreign = pg::guarded([=] { return with_children(table, write); });
    for (int i = 0; i < list_length(foreign); ++i) {
        Oid const one = list_nth_oid(foreign, i);
        Wrapper const wrapper = pg::guarded([=] { return wrapper_of(one); });
        const char *const name = pg::guarded([=] { return name_of(one); });
        std::string const what = std::string("foreign table ") + name;
        if (write && !irreversible::is_transactional_wrapper(wrapper.library))
            return {what + " is written through " + wrapper.name, ""};
        if (wrapper.runs_program)
            return {"", what + " runs a program: what it does besides, no rollback takes back"};
    }
    return {};
}

} // namespace

ForeignWrites::Use ForeignWrites::of(List *needs) {
    for (int i = 0; i < list_length(needs); ++i) {
        auto const *one = static_cast<pg::TableNeeds *>(list_nth(needs, i));
        if (one->relid < FirstNormalObjectId)
            continue;
        Use const &use = look_up(one->relid, (one->requiredPerms & writing) != 0);
        if (!use.deed.empty() || !use.remark.empty())
            return use;
    }
    return {};
}

ForeignWrites::Use const &ForeignWrites::look_up(Oid table, bool write) {
    auto const known = known_.find({table, write});
    return known != known_.end() ? known->second
                                 : known_.emplace(std::pair(table, write), use_of(table, write)).first->second;
}

} // namespace mig::server
