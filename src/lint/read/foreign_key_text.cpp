#include "lint/read/foreign_key_text.hpp"

#include "bridge/compat.hpp"
#include "lint/read/wording.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

namespace {

std::string action(const char *event, char written, List const *columns) {
    const char *const what = written == FKCONSTR_ACTION_RESTRICT     ? "RESTRICT"
                             : written == FKCONSTR_ACTION_CASCADE    ? "CASCADE"
                             : written == FKCONSTR_ACTION_SETNULL    ? "SET NULL"
                             : written == FKCONSTR_ACTION_SETDEFAULT ? "SET DEFAULT"
                                                                     : nullptr;
    if (!what)
        return {};
    return std::string(" ON ") + event + " " + what +
           (columns != NIL ? " (" + quoted_list(strings(columns)) + ")" : std::string());
}

} // namespace

std::string foreign_key_text(Constraint const &key, std::vector<std::string> const &columns, Table const *other) {
    std::string text = "FOREIGN KEY (" + quoted_list(columns) + ") REFERENCES " +
                       (other                     ? other->qualified()
                        : key.pktable->schemaname ? quoted(key.pktable->schemaname) + "." + quoted(key.pktable->relname)
                                                  : quoted(key.pktable->relname));
    if (key.pk_attrs != NIL)
        text += " (" + quoted_list(strings(key.pk_attrs)) + ")";
    if (key.fk_matchtype == FKCONSTR_MATCH_FULL)
        text += " MATCH FULL";
    text += action("UPDATE", key.fk_upd_action, NIL) + action("DELETE", key.fk_del_action, key.fk_del_set_cols);
    if (key.deferrable)
        text += " DEFERRABLE";
    if (key.initdeferred)
        text += " INITIALLY DEFERRED";
    return text;
}

} // namespace mig::server::lint
