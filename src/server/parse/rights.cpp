#include "server/parse/rights.hpp"

extern "C" {
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "port.h"
#include "utils/builtins.h"
}

namespace mig::server {

namespace {

// In the order of the bits of AclMode (parsenodes.h).
constexpr const char *rights[] = {"INSERT",     "SELECT",  "UPDATE",  "DELETE",       "TRUNCATE",
                                  "REFERENCES", "TRIGGER", "EXECUTE", "USAGE",        "CREATE",
                                  "TEMPORARY",  "CONNECT", "SET",     "ALTER SYSTEM", "MAINTAIN"};

} // namespace

const char *rights_of(InternalGrant const &grant, Oid role) {
    StringInfoData text;
    initStringInfo(&text);
    for (int i = 0; !grant.all_privs && i < static_cast<int>(lengthof(rights)); ++i)
        if (grant.privileges & (AclMode{1} << i))
            appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", rights[i]);
    for (int i = 0; i < list_length(grant.col_privs); ++i) {
        auto const *const columns = static_cast<AccessPriv const *>(list_nth(grant.col_privs, i));
        for (int j = 0; j < list_length(columns->cols); ++j) {
            char *const right = pstrdup(columns->priv_name ? columns->priv_name : "all");
            for (char *c = right; *c; ++c)
                *c = static_cast<char>(pg_toupper(static_cast<unsigned char>(*c)));
            appendStringInfo(&text, "%s%s (%s)", text.len > 0 ? ", " : "", right,
                             quote_identifier(strVal(list_nth(columns->cols, j))));
        }
    }
    if (text.len == 0)
        appendStringInfoString(&text, "ALL");
    appendStringInfo(&text, " %s %s", grant.is_grant ? "TO" : "FROM",
                     OidIsValid(role) ? quote_identifier(GetUserNameFromId(role, false)) : "PUBLIC");
    return text.data;
}

} // namespace mig::server
