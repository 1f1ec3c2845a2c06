#include "core/conflicts.hpp"

#include "core/stop_reason.hpp"
#include "core/text.hpp"
#include "core/version.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace mig {

namespace {

using How = TouchedObject::How;

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// The part of a column in `public.t.c` or of `c on public.t`: what it belongs to.
std::string owner_of(TouchedObject const &object) {
    if (std::size_t const on = object.identity.find(" on "); on != std::string::npos)
        return object.identity.substr(on + 4);
    if (object.type == "table column" || object.type == "view column" || object.type == "materialized view column" ||
        object.type == "foreign table column")
        if (std::size_t const dot = object.identity.rfind('.'); dot != std::string::npos)
            return object.identity.substr(0, dot);
    return {};
}

std::string column_of(TouchedObject const &object) { return object.identity.substr(object.identity.rfind('.') + 1); }

// What a migration did to one thing: an object, or a column or constraint of it.
enum class Act : unsigned char { created, dropped, renamed, set, built_on, used };

struct Deed {
    std::size_t migration;
    Act act;
    std::string property; // of `set`: TYPE, DEFAULT, ...
    std::string text;     // for the reader
    // The name by which a later migration knows it.
    std::string new_name = {};
};

struct Thing {
    std::string name; // for the reader
    std::vector<Deed> deeds;
};

bool is_column_act(std::string_view what) {
    return one_of(what, {"ADD COLUMN", "DROP COLUMN", "RENAME COLUMN", "TYPE", "DEFAULT", "SET NOT NULL",
                         "DROP NOT NULL", "DROP EXPRESSION", "SET STATISTICS", "SET STORAGE", "SET COMPRESSION",
                         "ADD IDENTITY", "SET IDENTITY", "DROP IDENTITY"});
}

bool is_constraint_act(std::string_view what) {
    return one_of(what, {"ADD CONSTRAINT", "DROP CONSTRAINT", "RENAME CONSTRAINT", "ALTER CONSTRAINT"});
}

bool is_value_act(std::string_view what) { return one_of(what, {"ADD VALUE", "RENAME VALUE"}); }

bool is_attribute_act(std::string_view what) { return what == "RENAME ATTRIBUTE"; }

// Whoever does it last does no harm to whoever did it first.
bool commutes_with_all(std::string_view what) {
    return one_of(what, {"COMMENT", "SECURITY LABEL", "GRANT", "REVOKE", "VALIDATE CONSTRAINT", "REFRESH", "REINDEX",
                         "DEPENDS ON EXTENSION", "ATTACH PARTITION", "DETACH PARTITION", "INHERIT", "NO INHERIT"});
}

// ENABLE X and DISABLE X are about one property.
std::string property_of(std::string_view what) {
    for (std::string_view const prefix : {"ENABLE ", "DISABLE ", "NO FORCE ", "FORCE "})
        if (what.substr(0, prefix.size()) == prefix)
            return std::string(prefix.find("FORCE") != std::string_view::npos ? "FORCE " : "ENABLE ") +
                   std::string(what.substr(prefix.size()));
    if (one_of(what, {"SET NOT NULL", "DROP NOT NULL"}))
        return "NOT NULL";
    if (one_of(what, {"SET LOGGED", "SET UNLOGGED"}))
        return "persistence";
    return std::string(what);
}

class Ledger {
  public:
    void add(std::size_t migration, TouchedObject const &object) {
        switch (object.how) {
        case How::created:
            created(migration, object);
            break;
        case How::altered:
            altered(migration, object);
            break;
        case How::dropped:
            dropped(migration, object);
            break;
        case How::used:
            used(migration, object);
            break;
        }
    }

    std::map<std::string, Thing> const &things() const { return things_; }

  private:
    // --- names: a thing is known by the key that it had first --------------------------------------------------------

    std::string key_of(std::string const &identity) {
        auto const found = alias_.find(identity);
        return found == alias_.end() ? identity : found->second;
    }

    void note(std::string const &key, std::string const &name, Deed deed) {
        Thing &thing = things_[key];
        if (thing.name.empty())
            thing.name = name;
        thing.deeds.push_back(std::move(deed));
    }

    std::string part_key(std::string const &owner, char kind, std::string const &part) {
        return key_of(key_of(owner) + '\n' + kind + part);
    }

    void rename(std::string const &key, std::string const &new_identity) { alias_[new_identity] = key; }

    static std::string label(TouchedObject const &object) { return object.type + " " + object.identity; }

    // --- deeds -------------------------------------------------------------------------------------------------------

    void created(std::size_t migration, TouchedObject const &object) {
        std::string const key = key_of(object.identity);
        // A name that was freed is that of another thing now, and yet it is the name that both are about.
        note(key, label(object), {migration, Act::created, "", to_text(object)});
        if (std::string const owner = owner_of(object); !owner.empty())
            note(key_of(owner), "table " + owner, {migration, Act::built_on, "", to_text(object)});
    }

    void dropped(std::size_t migration, TouchedObject const &object) {
        std::string const owner = owner_of(object);
        bool const column = !owner.empty() && object.type.find("column") != std::string::npos;
        std::string const key = column ? part_key(owner, 'c', column_of(object))
                                : object.type == "table constraint"
                                    ? part_key(owner, 'k', object.identity.substr(0, object.identity.find(" on ")))
                                    : key_of(object.identity);
        note(key, label(object), {migration, Act::dropped, "", to_text(object)});
        if (!owner.empty())
            note(key_of(owner), "table " + owner, {migration, Act::built_on, "", to_text(object)});
    }

    void used(std::size_t migration, TouchedObject const &object) {
        note(key_of(object.identity), label(object), {migration, Act::used, "", to_text(object)});
        if (!object.part.empty())
            note(part_key(object.identity, 'c', object.part), column_label(object.identity, object.part),
                 {migration, Act::used, "", to_text(object)});
    }

    static std::string column_label(std::string const &table, std::string const &column) {
        return "table column " + table + "." + column;
    }

    void altered(std::size_t migration, TouchedObject const &object) {
        std::string const text = to_text(object);
        if (!object.formerly.empty() && object.part.empty()) { // RENAME, SET SCHEMA
            std::string const key = key_of(object.formerly);
            note(key, object.type + " " + object.formerly, {migration, Act::renamed, "", text, object.identity});
            rename(key, object.identity);
            return;
        }
        std::string const key = key_of(object.identity);
        char const kind = is_column_act(object.what) || is_attribute_act(object.what) ? 'c'
                          : is_constraint_act(object.what)                            ? 'k'
                          : is_value_act(object.what)                                 ? 'v'
                                                                                      : '\0';
        if (kind && !object.part.empty()) {
            note(key, label(object), {migration, Act::built_on, "", text});
            altered_part(migration, object, kind, text);
            return;
        }
        if (commutes_with_all(object.what))
            note(key, label(object), {migration, Act::built_on, "", text});
        else
            note(key, label(object), {migration, Act::set, property_of(object.what), text});
    }

    void altered_part(std::size_t migration, TouchedObject const &object, char kind, std::string const &text) {
        bool const renames = !object.formerly.empty();
        std::string const &part = renames ? object.formerly : object.part;
        std::string const key = part_key(object.identity, kind, part);
        std::string const name = (kind == 'c'   ? "column "
                                  : kind == 'k' ? "constraint "
                                                : "value ") +
                                 part + " of " + label(object);
        if (renames) {
            note(key, name, {migration, Act::renamed, "", text, object.part});
            rename(key, key_of(object.identity) + '\n' + kind + object.part);
        } else if (object.what.substr(0, 4) == "ADD " && object.what != "ADD IDENTITY") {
            note(key, name, {migration, Act::created, "", text});
        } else if (object.what.substr(0, 5) == "DROP " && (kind == 'k' || object.what == "DROP COLUMN")) {
            note(key, name, {migration, Act::dropped, "", text});
        } else {
            note(key, name, {migration, Act::set, property_of(object.what), text});
        }
    }

    std::map<std::string, Thing> things_;
    std::map<std::string, std::string> alias_; // name now → key
};

// --- the rules -------------------------------------------------------------------------------------------------------

bool same_setting(Deed const &a, Deed const &b) {
    if (a.property == "NOT NULL" && b.property == "NOT NULL")
        return a.text != b.text; // SET and DROP
    if (a.property == b.property)
        return true;
    auto const both = [&](const char *one, const char *other) {
        return (a.property == one && b.property == other) || (a.property == other && b.property == one);
    };
    return both("TYPE", "DEFAULT");
}

bool collide(Deed const &a, Deed const &b) {
    switch (b.act) {
    case Act::dropped:
        return a.act != Act::dropped && a.act != Act::renamed; // by a new name: b knows of a
    case Act::renamed:
        return a.act != Act::renamed && a.act != Act::dropped;
    case Act::created:
        return a.act == Act::created || a.act == Act::dropped;
    case Act::set:
        return a.act == Act::set && same_setting(a, b);
    case Act::built_on:
    case Act::used:
        return false;
    }
    return false;
}

const char *reason(Deed const &a, Deed const &b) {
    switch (b.act) {
    case Act::dropped:
        return "the later one drops what the other works with";
    case Act::renamed:
        return "the later one renames what the other knows by its old name";
    case Act::created:
        return a.act == Act::dropped ? "one drops it, the other creates it" : "both create it";
    default:
        return "both set the same, so the last one wins";
    }
}

// The later one knows of what the earlier has made, or found made by a third.
bool builds_on(std::vector<Deed> const &deeds, std::size_t a, std::size_t b) {
    if (deeds[b].act != Act::created)
        return std::any_of(deeds.begin(), deeds.begin() + static_cast<std::ptrdiff_t>(a) + 1,
                           [](Deed const &deed) { return deed.act == Act::created; });
    // It drops it before it creates it anew.
    return std::any_of(
        deeds.begin() + static_cast<std::ptrdiff_t>(a) + 1, deeds.begin() + static_cast<std::ptrdiff_t>(b),
        [&](Deed const &deed) { return deed.migration == deeds[b].migration && deed.act == Act::dropped; });
}

// Everywhere else the two run the other way round: what was pending first.
bool collide_out_of_order(Deed const &applied, Deed const &pending) {
    return applied.act == Act::created || collide(applied, pending) || collide(pending, applied);
}

std::string why(Deed const &a, std::string const &version_a, Deed const &b, std::string const &version_b) {
    return std::string(reason(a, b)) + ": " + version_a + " " + a.text + "; " + version_b + " " + b.text;
}

std::string why_out_of_order(Deed const &a, std::string const &version_a, Deed const &b, std::string const &version_b) {
    return "the later version has run already, and by their versions it would come second: " + version_a + " " +
           a.text + "; " + version_b + " " + b.text;
}

} // namespace

std::optional<TouchedObject> silent_creation(std::string_view command, std::string_view sql,
                                             std::vector<Touches> const &earlier) {
    std::string const text = lower_case(sql);
    std::size_t const clause = text.find("if not exists");
    if (command.substr(0, 7) != "CREATE " || clause == std::string::npos)
        return std::nullopt;
    std::size_t const begin = text.find_first_not_of(" \t\r\n", clause + 13);
    if (begin == std::string::npos)
        return std::nullopt;
    std::size_t const end = std::min(text.find_first_of(" \t\r\n(;", begin), text.size());
    std::string const name = bare_name(text.substr(begin, end - begin));
    for (Touches const &one : earlier)
        for (TouchedObject const &object : one.objects)
            if (object.how == How::created && lower_case(command.substr(7)) == object.type &&
                lower_case(bare_name(object.identity)) == name)
                return TouchedObject{How::created, object.type, object.identity, "", "IF NOT EXISTS: nothing done"};
    return std::nullopt;
}

std::vector<Conflict> conflicts(std::vector<Touches> const &migrations) {
    Ledger ledger;
    for (std::size_t i = 0; i < migrations.size(); ++i)
        for (TouchedObject const &object : migrations[i].objects)
            ledger.add(i, object);

    struct Found {
        std::size_t a, b;
        Conflict conflict;
    };
    std::vector<Found> all;
    std::set<std::tuple<std::size_t, std::size_t, std::string>> seen;
    for (auto const &[key, thing] : ledger.things()) {
        std::vector<Deed> const &deeds = thing.deeds;
        for (std::size_t b = 1; b < deeds.size(); ++b)
            for (std::size_t a = 0; a < b; ++a) {
                std::size_t const i = deeds[a].migration, j = deeds[b].migration;
                Touches const &first = migrations[i], &second = migrations[j];
                if (i == j || second.applied || (first.applied && version::compare(first.version, second.version) < 0))
                    continue;
                if (first.applied ? !collide_out_of_order(deeds[a], deeds[b])
                                  : !collide(deeds[a], deeds[b]) || builds_on(deeds, a, b))
                    continue;
                if (!seen.insert({i, j, thing.name}).second)
                    continue;
                auto const &tell = first.applied ? why_out_of_order : why;
                all.push_back({i,
                               j,
                               {first.version, second.version, thing.name,
                                tell(deeds[a], first.version, deeds[b], second.version)}});
            }
    }
    std::vector<Conflict> found;
    for (std::size_t i = 0; i < migrations.size(); ++i)
        if (migrations[i].stop)
            if (std::optional<Blamed> blamed = explain_stop(migrations, i))
                all.push_back({blamed->migration, i, std::move(blamed->conflict)});
    std::stable_sort(all.begin(), all.end(),
                     [](Found const &x, Found const &y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
    found.reserve(all.size());
    for (Found &one : all)
        found.push_back(std::move(one.conflict));
    return found;
}

} // namespace mig
