#include "core/conflict/deeds.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>

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

    std::map<std::string, Thing> take() { return std::move(things_); }

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

} // namespace

std::map<std::string, Thing> deeds_by_thing(std::vector<Touches> const &migrations) {
    Ledger ledger;
    for (std::size_t i = 0; i < migrations.size(); ++i)
        for (TouchedObject const &object : migrations[i].objects) {
            look_for_interrupts();
            ledger.add(i, object);
        }
    return ledger.take();
}

} // namespace mig
