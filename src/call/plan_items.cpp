#include "call/plan_items.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/migration/checksum.hpp"
#include "core/text/named_words.hpp"
#include "server/db/owner.hpp"
#include "server/db/query.hpp"
#include "server/db/subtransaction.hpp"
#include "server/prepare/prepare.hpp"

#include <algorithm>

extern "C" {
#include "storage/proc.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

// What changes the meaning of a body. Limits and gates are not among them: a deployment may have others than a review.
constexpr const char *settings_of_meaning[] = {
    "search_path",
    "session_replication_role",
    "TimeZone",
    "DateStyle",
    "IntervalStyle",
    "default_tablespace",
    "row_security",
    "default_table_access_method",
    "check_function_bodies",
    "standard_conforming_strings",
    "password_encryption",
    "default_toast_compression",
    "transform_null_equals",
    "xmloption",
};

std::string digest(std::string_view text) { return checksum::of_bytes(text); }

void add(std::string &state, std::string_view part) { (state += digest(part)) += '\n'; }

std::vector<PlanItem> migrations_of(Steps const &steps) {
    std::vector<PlanItem> items;
    for (Step const &step : steps.list) {
        check_for_interrupts();
        PlanItem item;
        item.name = step.origin.version + " (" + step.origin.name + ")";
        add(item.state, step.body);
        add(item.state, step.text.content.up_directives.value_or(""));
        add(item.state, step.verification ? step.verification->body : std::string_view());
        item.state += to_text(step.migration->kind());
        item.state += step.transactional ? " transaction " : " statements ";
        item.state += std::to_string(step.resume.done); // of an interrupted run, which the rest builds on
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<PlanItem> settings_now() {
    std::vector<PlanItem> items;
    for (const char *const name : settings_of_meaning) {
        const char *const value = pg::guarded([=] { return GetConfigOption(name, true, false); });
        items.push_back({name, value ? value : ""});
    }
    return items;
}

// Definitions by names only, without OIDs, owners, privileges, sizes and statistics: these differ between databases in
// which the plan does the same. In a CTE, so that each relation is found once, whatever the number of words.
KeptQuery definitions(R"(
WITH word AS (SELECT unnest($1::pg_catalog.text[])::pg_catalog.name AS word),
     pair AS (SELECT q.s::pg_catalog.name AS s, q.o::pg_catalog.name AS o
              FROM ROWS FROM (pg_catalog.unnest($2::pg_catalog.text[]), pg_catalog.unnest($3::pg_catalog.text[])) q (s, o)),
     space AS (SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
               WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'migrator') AND n.nspname !~ '^pg_'),
     rel AS MATERIALIZED (
         SELECT c.*, s.nspname FROM pg_catalog.pg_class c JOIN space s ON s.oid = c.relnamespace
         WHERE c.relkind <> 'c' AND (c.relname IN (SELECT word FROM word)
                                     OR (s.nspname, c.relname) IN (SELECT p.s, p.o FROM pair p))),
     routine AS MATERIALIZED (
         SELECT p.*, s.nspname FROM pg_catalog.pg_proc p JOIN space s ON s.oid = p.pronamespace
         WHERE p.prokind <> 'a' AND (p.proname IN (SELECT word FROM word)
                                     OR (s.nspname, p.proname) IN (SELECT q.s, q.o FROM pair q))
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                           WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                             AND d.deptype = 'e')),
     type AS MATERIALIZED (
         SELECT t.*, s.nspname FROM pg_catalog.pg_type t JOIN space s ON s.oid = t.typnamespace
         WHERE t.typtype IN ('e', 'd') AND (t.typname IN (SELECT word FROM word)
                                            OR (s.nspname, t.typname) IN (SELECT p.s, p.o FROM pair p)))
SELECT u.name, u.state FROM (
SELECT CASE WHEN r.relkind IN ('r', 'p', 'f') THEN 'table ' WHEN r.relkind = 'v' THEN 'view '
            WHEN r.relkind = 'm' THEN 'materialized view ' WHEN r.relkind = 'S' THEN 'sequence ' ELSE 'index ' END
       || pg_catalog.quote_ident(r.nspname) || '.' || pg_catalog.quote_ident(r.relname) AS name,
       pg_catalog.concat_ws(E'\n', r.relkind, r.relpersistence, r.relrowsecurity, r.relforcerowsecurity, r.relreplident,
           r.reloptions, r.relispartition, pg_catalog.pg_get_expr(r.relpartbound, r.oid),
           CASE WHEN r.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(r.oid) END,
           (SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = r.relam),
           (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = r.reltablespace),
           CASE WHEN r.relkind IN ('i', 'I') THEN pg_catalog.pg_get_indexdef(r.oid) END,
           CASE WHEN r.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(r.oid) END,
           CASE WHEN r.relkind = 'S' THEN
               (SELECT pg_catalog.concat_ws(' ', q.seqtypid::pg_catalog.regtype, q.seqstart, q.seqincrement, q.seqmax,
                    q.seqmin, q.seqcache, q.seqcycle) FROM pg_catalog.pg_sequence q WHERE q.seqrelid = r.oid) END,
           (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.quote_ident(a.attname),
                    pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
                    a.attstorage, a.attcompression,
                    (SELECT l.collname FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation),
                    pg_catalog.pg_get_expr(d.adbin, d.adrelid)), E'\n' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped),
           (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', k.conrelid::pg_catalog.regclass, k.conname,
                    pg_catalog.pg_get_constraintdef(k.oid), k.convalidated), E'\n'
                    ORDER BY k.conrelid::pg_catalog.regclass::pg_catalog.text COLLATE "C", k.conname COLLATE "C")
            FROM (SELECT k.* FROM pg_catalog.pg_constraint k WHERE k.conrelid = r.oid
                  UNION SELECT k.* FROM pg_catalog.pg_constraint k WHERE k.oid IN (
                      SELECT d.objid FROM pg_catalog.pg_depend d
                      WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = r.oid
                        AND d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass)) k),
           (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.pg_get_indexdef(i.indexrelid),
                    i.indisvalid, i.indisclustered, i.indisreplident), E'\n'
                    ORDER BY pg_catalog.pg_get_indexdef(i.indexrelid) COLLATE "C")
            FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid),
           (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', pg_catalog.pg_get_triggerdef(g.oid), g.tgenabled),
                    E'\n' ORDER BY g.tgname COLLATE "C")
            FROM pg_catalog.pg_trigger g WHERE g.tgrelid = r.oid AND NOT g.tgisinternal),
           (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', p.polname, p.polcmd, p.polpermissive,
                    pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)),
                    E'\n' ORDER BY p.polname COLLATE "C")
            FROM pg_catalog.pg_policy p WHERE p.polrelid = r.oid),
           (SELECT pg_catalog.string_agg(pg_catalog.pg_get_ruledef(w.oid), E'\n' ORDER BY w.rulename COLLATE "C")
            FROM pg_catalog.pg_rewrite w WHERE w.ev_class = r.oid AND w.rulename <> '_RETURN'),
           (SELECT pg_catalog.string_agg(h.other, E'\n' ORDER BY h.other COLLATE "C")
            FROM (SELECT 'of ' || h.inhparent::pg_catalog.regclass AS other FROM pg_catalog.pg_inherits h
                  WHERE h.inhrelid = r.oid
                  UNION ALL SELECT 'has ' || h.inhrelid::pg_catalog.regclass FROM pg_catalog.pg_inherits h
                  WHERE h.inhparent = r.oid) h),
           (SELECT pg_catalog.string_agg(DISTINCT w.ev_class::pg_catalog.regclass::pg_catalog.text COLLATE "C", E'\n')
            FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
            WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
              AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = r.oid)) AS state
FROM rel r
UNION ALL
SELECT 'function ' || pg_catalog.quote_ident(p.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '('
       || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', pg_catalog.pg_get_functiondef(p.oid)
FROM routine p
UNION ALL
SELECT 'type ' || pg_catalog.quote_ident(t.nspname) || '.' || pg_catalog.quote_ident(t.typname),
       pg_catalog.concat_ws(E'\n', t.typtype, t.typnotnull, t.typdefault,
           CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END,
           (SELECT pg_catalog.string_agg(e.enumlabel, E'\n' ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
           (SELECT pg_catalog.string_agg(k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid), E'\n'
                    ORDER BY k.conname COLLATE "C") FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid))
FROM type t) u
ORDER BY u.name COLLATE "C")");

// The text of a view or a rule takes AccessShareLock on what it reads. Whoever only looks must not wait long for somebody
// who changes that. Sets the variable of lock_timeout, in ms, rather than the setting, since it is for one query.
class ShortWaits {
  public:
    ShortWaits() : before_(LockTimeout) {
        constexpr int longest = 1000;
        LockTimeout = before_ == 0 ? longest : std::min(before_, longest);
    }
    ~ShortWaits() { LockTimeout = before_; }
    ShortWaits(ShortWaits const &) = delete;
    ShortWaits &operator=(ShortWaits const &) = delete;

  private:
    int const before_;
};

std::vector<PlanItem> objects_of(Steps const &steps) {
    NamedWords named;
    for (Step const &step : steps.list) {
        named.add(step.body);
        if (step.verification)
            named.add(step.verification->body);
    }
    std::vector<Value> words(named.words().begin(), named.words().end()), schemas, objects;
    for (auto const &[schema, object] : named.qualified()) {
        schemas.emplace_back(schema);
        objects.emplace_back(object);
    }
    std::vector<PlanItem> items;
    if (words.empty())
        return items;
    Subtransaction reading;
    {
        AsOwner const owner;
        ShortWaits const short_waits;
        struct Column {
            enum : int { name, state };
        };
        Rows const rows =
            definitions({Value::text_array(words), Value::text_array(schemas), Value::text_array(objects)});
        for (std::size_t i = 0; i < rows.size(); ++i)
            items.push_back({std::string(rows.text(i, Column::name)), std::string(rows.text(i, Column::state))});
    }
    reading.roll_back();
    return items;
}

} // namespace

PlanItems plan_items(Steps const &steps) { return {migrations_of(steps), settings_now(), objects_of(steps)}; }

void require_well_formed(Expected expected) {
    if (expected)
        require_plan_token(*expected);
}

void require_expected(Expected expected, Steps const &steps) {
    if (!expected)
        return;
    std::vector<std::string> const changes = changes_since(*expected, plan_items(steps));
    if (changes.empty())
        return;
    std::string detail;
    for (std::string const &change : changes)
        (detail += detail.empty() ? "" : "\n") += change;
    throw Failure(sqlstate::plan_changed, "what would run now is not what was reviewed", detail,
                  "Nothing was run. Review SELECT migrator.report() again, and expect the plan token that it names.");
}

std::string plan_token_of(std::string const &module, std::optional<std::string_view> target) {
    PreparedRun const prepared(request_to_apply(module, target), Scope::everything);
    return plan_token(plan_items(prepared.steps));
}

} // namespace mig::server
