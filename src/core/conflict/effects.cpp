#include "core/conflict/effects.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig {

namespace {

using How = TouchedObject::How;

bool is_in(std::string_view word, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Where the separator is in an identity for the last time, outside of quoted names. A quote in a name is doubled, and
// so leaves and enters it again.
std::size_t last_outside_quotes(std::string_view identity, std::string_view separator) {
    std::size_t last = std::string_view::npos;
    bool quoted = false;
    for (std::size_t i = 0; i < identity.size(); ++i)
        if (identity[i] == '"')
            quoted = !quoted;
        else if (!quoted && identity.substr(i, separator.size()) == separator)
            last = i;
    return last;
}

std::size_t find_on(TouchedObject const &object) { return last_outside_quotes(object.identity, " on "); }
std::size_t find_dot(TouchedObject const &object) { return last_outside_quotes(object.identity, "."); }

// What a part belongs to: the table in `public.t.c`, a column, and in `c on public.t`, which is how
// pg_identify_object() names constraints, triggers, rules and policies. Empty for other objects.
std::string owner_of(TouchedObject const &object) {
    if (std::size_t const on = find_on(object); on != std::string::npos)
        return object.identity.substr(on + 4);
    if (object.type == "table column" || object.type == "view column" || object.type == "materialized view column" ||
        object.type == "foreign table column")
        if (std::size_t const dot = find_dot(object); dot != std::string::npos)
            return object.identity.substr(0, dot);
    return {};
}

std::string column_of(TouchedObject const &object) { return object.identity.substr(find_dot(object) + 1); }

bool is_column_act(std::string_view what) {
    return is_in(what, {"ADD COLUMN", "DROP COLUMN", "RENAME COLUMN", "TYPE", "DEFAULT", "SET NOT NULL",
                        "DROP NOT NULL", "DROP EXPRESSION", "SET STATISTICS", "SET STORAGE", "SET COMPRESSION",
                        "ADD IDENTITY", "SET IDENTITY", "DROP IDENTITY"});
}

bool is_constraint_act(std::string_view what) {
    return is_in(what, {"ADD CONSTRAINT", "DROP CONSTRAINT", "RENAME CONSTRAINT", "ALTER CONSTRAINT"});
}

bool is_value_act(std::string_view what) { return is_in(what, {"ADD VALUE", "RENAME VALUE"}); }

bool is_attribute_act(std::string_view what) { return what == "RENAME ATTRIBUTE"; }

// Commands that do not interfere with whatever else is done to the object, in whichever order.
bool commutes_with_all(std::string_view what) {
    return is_in(what, {"SECURITY LABEL", "VALIDATE CONSTRAINT", "REFRESH", "REINDEX", "DEPENDS ON EXTENSION",
                        "ATTACH PARTITION", "DETACH PARTITION", "INHERIT", "NO INHERIT"});
}

std::vector<std::string> split(std::string const &list, std::string_view separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end; (end = list.find(separator, begin)) != std::string::npos; begin = end + separator.size())
        parts.push_back(list.substr(begin, end - begin));
    parts.push_back(list.substr(begin));
    return parts;
}

// Whatever the object is: those that it cannot have meet none.
std::vector<std::string> all_rights() {
    return {"SELECT",  "INSERT",   "UPDATE", "DELETE", "TRUNCATE", "REFERENCES",
            "TRIGGER", "MAINTAIN", "USAGE",  "CREATE", "EXECUTE"};
}

// The property that a command sets. That of ENABLE X and DISABLE X is the same.
std::string property_of(std::string_view what) {
    for (std::string_view const prefix : {"ENABLE ", "DISABLE ", "NO FORCE ", "FORCE "})
        if (what.substr(0, prefix.size()) == prefix)
            return std::string(prefix.find("FORCE") != std::string_view::npos ? "FORCE " : "ENABLE ") +
                   std::string(what.substr(prefix.size()));
    if (is_in(what, {"SET NOT NULL", "DROP NOT NULL"}))
        return "NOT NULL";
    if (is_in(what, {"SET LOGGED", "SET UNLOGGED"}))
        return "persistence";
    return std::string(what);
}

// Goes through the migrations in order, and knows under which name an object or part is known at that point.
class Ledger {
  public:
    void add(std::size_t migration, TouchedObject const &object) {
        present_ = &object;
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

    std::map<std::string, ObjectOrPart> take() { return std::move(objects_); }

  private:
    // --- names: an object or part keeps the key that it had first ----------------------------------------------------

    std::string key_of(std::string const &identity) {
        auto const found = alias_.find(identity);
        return found == alias_.end() ? identity : found->second;
    }

    void note(std::string const &key, std::string const &name, Effect effect) {
        ObjectOrPart &object = objects_[key];
        if (object.name.empty())
            object.name = name;
        if (effect.value.empty())
            effect.value = present_->statement;
        effect.conditional = present_->conditional;
        object.effects.push_back(std::move(effect));
    }

    // `kind`: c for a column or attribute, k for a constraint, v for a value of an enum.
    std::string part_key(std::string const &owner, char kind, std::string const &part) {
        return key_of(key_of(owner) + '\n' + kind + part);
    }

    void rename(std::string const &key, std::string const &new_identity) { alias_[new_identity] = key; }

    static std::string label(TouchedObject const &object) { return object.type + " " + object.identity; }

    // --- effects -----------------------------------------------------------------------------------------------------

    void created(std::size_t migration, TouchedObject const &object) {
        std::string const key = key_of(object.identity);
        // After a DROP the name is that of another object, but it is one entry: both migrations are about this name.
        note(key, label(object), {migration, Act::created, "", to_text(object)});
        if (std::string const owner = owner_of(object); !owner.empty())
            note(key_of(owner), "table " + owner, {migration, Act::built_on, "", to_text(object)});
    }

    void dropped(std::size_t migration, TouchedObject const &object) {
        std::string const owner = owner_of(object);
        bool const column = !owner.empty() && object.type.find("column") != std::string::npos;
        std::string const key = column ? part_key(owner, 'c', column_of(object))
                                : object.type == "table constraint"
                                    ? part_key(owner, 'k', object.identity.substr(0, find_on(object)))
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
        if (object.what == "UPDATE")
            note(part_key(object.identity, 'c', object.part), column_label(object.identity, object.part),
                 {migration, Act::set, "values", to_text(object)});
    }

    static std::string column_label(std::string const &table, std::string const &column) {
        return "table column " + table + "." + column;
    }

    void altered(std::size_t migration, TouchedObject const &object) {
        std::string const text = to_text(object);
        if (!object.old_name.empty() && object.part.empty()) { // RENAME, SET SCHEMA
            std::string const key = key_of(object.old_name);
            note(key, object.type + " " + object.old_name, {migration, Act::renamed, "", text, object.identity});
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
        if (object.what == "GRANT" || object.what == "REVOKE")
            return granted(migration, object, key, text);
        if (commutes_with_all(object.what))
            note(key, label(object), {migration, Act::built_on, "", text});
        else if (object.what == "SET" && !object.part.empty()) // a storage parameter
            note(key, label(object), {migration, Act::set, "SET " + object.part, text});
        else
            note(key, label(object), {migration, Act::set, property_of(object.what), text});
    }

    // `part` is as see_grant() writes it: SELECT, UPDATE TO app. To grant is no conflict with to grant.
    void granted(std::size_t migration, TouchedObject const &object, std::string const &key, std::string const &text) {
        note(key, label(object), {migration, Act::built_on, "", text});
        std::size_t const before_role =
            std::max(last_outside_quotes(object.part, " TO ") + 1, last_outside_quotes(object.part, " FROM ") + 1);
        if (before_role == 0)
            return;
        std::string const role = object.part.substr(object.part.find(' ', before_role) + 1);
        std::string const rights = object.part.substr(0, before_role - 1);
        for (std::string const &right : rights == "ALL" ? all_rights() : split(rights, ", "))
            note(key, label(object), {migration, Act::set, right + " of " + role, text, {}, object.what});
    }

    void altered_part(std::size_t migration, TouchedObject const &object, char kind, std::string const &text) {
        bool const renames = !object.old_name.empty();
        std::string const &part = renames ? object.old_name : object.part;
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
            if (kind == 'v')
                note(key_of(object.identity), label(object), {migration, Act::set, "ADD VALUE", text});
        } else if (object.what.substr(0, 5) == "DROP " && (kind == 'k' || object.what == "DROP COLUMN")) {
            note(key, name, {migration, Act::dropped, "", text});
        } else {
            std::string const property = property_of(object.what);
            note(key, name, {migration, Act::set, property, text, {}, property == "NOT NULL" ? object.what : ""});
        }
    }

    std::map<std::string, ObjectOrPart> objects_;
    std::map<std::string, std::string> alias_; // present name → key
    TouchedObject const *present_ = nullptr;
};

} // namespace

std::map<std::string, ObjectOrPart> effects_by_object(std::vector<Touches> const &migrations) {
    Ledger ledger;
    for (std::size_t i = 0; i < migrations.size(); ++i)
        for (TouchedObject const &object : migrations[i].objects) {
            check_for_interrupts();
            ledger.add(i, object);
        }
    return ledger.take();
}

} // namespace mig
