#include "core/inventory/comparison.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace mig {

namespace {

using Id = Inventory::Id;
constexpr std::size_t no_object = static_cast<std::size_t>(-1);

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (std::string_view const part : parts) {
        text += part;
        text += '\0';
    }
    return text;
}

std::string key_of(ObjectKind kind, std::string_view schema, std::string_view table, std::string_view name,
                   std::string_view arguments) {
    return static_cast<char>(name_space(kind)) + joined({schema, table, name, arguments});
}

// As the server prints it, but for keywords.
std::string quoted(std::string const &name) {
    bool const plain = !name.empty() && (std::islower(static_cast<unsigned char>(name[0])) || name[0] == '_') &&
                       std::all_of(name.begin(), name.end(), [](unsigned char c) {
                           return std::islower(c) || std::isdigit(c) || c == '_' || c >= 0x80;
                       });
    if (plain)
        return name;
    std::string text = "\"";
    for (char const c : name) {
        if (c == '"')
            text += c;
        text += c;
    }
    return text + "\"";
}

std::string qualified(std::string const &schema, std::string const &name) {
    return schema.empty() ? quoted(name) : quoted(schema) + "." + quoted(name);
}

// What a part is of, in words.
const char *kind_of_whole(ObjectKind kind, bool of_table) {
    return kind == ObjectKind::enum_value ? "type" : of_table ? "table" : "type";
}

std::string text_of(ObjectKind kind, std::string const &schema, std::string const &whole, const char *whole_kind,
                    std::string const &name, std::string const &shown) {
    std::string text = to_text(kind);
    text += ' ';
    if (kind == ObjectKind::cast)
        return text + shown;
    if (whole.empty() || is_named_in_schema(kind))
        text += qualified(schema, name);
    else
        text += quoted(name) + " of " + whole_kind + " " + qualified(schema, whole);
    switch (name_space(kind)) {
    case ObjectKind::function:
    case ObjectKind::operators:
        text += "(" + shown + ")";
        break;
    case ObjectKind::operator_class:
    case ObjectKind::operator_family:
        text += " for " + shown;
        break;
    default:
        break;
    }
    return text;
}

class Matching {
  public:
    Matching(Inventory const &inventory, std::vector<DatabaseObject> const &database)
        : inventory_(inventory), database_(database), matched_(database.size()), partner_(inventory.objects().size()) {
        for (std::size_t i = 0; i < database_.size(); ++i) {
            check_for_interrupts();
            DatabaseObject const &object = database_[i];
            by_key_.emplace(key_of(object.kind, object.schema, table_in_key(object.kind, object.table), object.name,
                                   object.arguments),
                            i);
            if (name_space(object.kind) == ObjectKind::function)
                functions_[joined({object.schema, object.name})].push_back(i);
        }
        std::fill(partner_.begin(), partner_.end(), no_object);
        match_by_name();
        match_chosen_names();
    }

    std::vector<MissingObject> missing(std::function<bool(std::size_t)> const &counts) const {
        std::vector<MissingObject> all;
        for (Id id = 0; id < partner_.size(); ++id) {
            check_for_interrupts();
            Inventory::Object const &object = inventory_[id];
            if (!object.live || !object.created || partner_[id] != no_object || !inventory_.certain(object) ||
                !counts(object.migration) || part_of_missing(object))
                continue;
            all.push_back({object.migration, text_of(object)});
        }
        return all;
    }

    std::vector<std::string> not_created() const {
        std::unordered_set<std::string> new_schemas, new_wholes;
        auto const is_new = [&](std::size_t i) { return !matched_[i] && database_[i].reported; };
        for (std::size_t i = 0; i < database_.size(); ++i) {
            check_for_interrupts();
            if (!is_new(i))
                continue;
            DatabaseObject const &object = database_[i];
            if (object.kind == ObjectKind::schema)
                new_schemas.insert(object.name);
            else if (is_whole(object.kind))
                new_wholes.insert(whole_key(object.kind, object.schema, object.name));
        }
        std::vector<std::string> all;
        for (std::size_t i = 0; i < database_.size(); ++i) {
            check_for_interrupts();
            DatabaseObject const &object = database_[i];
            if (!is_new(i) || new_schemas.count(object.schema) > 0)
                continue;
            if (!object.table.empty()) {
                std::string const whole =
                    whole_key(of_table(object) ? ObjectKind::table : ObjectKind::type, object.schema, object.table);
                if (new_wholes.count(whole) > 0 || any_parts_.count(whole) > 0)
                    continue;
            }
            all.push_back(mig::text_of(object.kind, object.schema, object.table,
                                       kind_of_whole(object.kind, of_table(object)), object.name, object.shown));
        }
        return all;
    }

  private:
    static bool is_whole(ObjectKind kind) {
        return name_space(kind) == ObjectKind::table || name_space(kind) == ObjectKind::type;
    }
    // A table and a type can have the same name, of which one is the row type of the other.
    static std::string whole_key(ObjectKind kind, std::string_view schema, std::string_view name) {
        return static_cast<char>(name_space(kind)) + joined({schema, name});
    }
    // pg_attribute.attrelid of a composite type, pg_constraint.contypid, pg_enum.enumtypid
    static bool of_table(DatabaseObject const &object) { return object.type != 't'; }
    static std::string_view table_in_key(ObjectKind kind, std::string_view table) {
        return is_named_in_schema(kind) ? std::string_view() : table;
    }

    std::string const &schema_of(Inventory::Object const &object) const {
        static std::string const none;
        Inventory::Object const *const whole =
            object.parent == Inventory::none || is_named_in_schema(object.kind) ? &object : &inventory_[object.parent];
        return whole->schema == Inventory::none ? none : inventory_.schema_name(whole->schema);
    }
    std::string const &whole_of(Inventory::Object const &object) const {
        static std::string const none;
        return object.parent == Inventory::none ? none : inventory_[object.parent].name;
    }

    std::string text_of(Inventory::Object const &object) const {
        bool const of_table =
            object.parent == Inventory::none || name_space(inventory_[object.parent].kind) == ObjectKind::table;
        return mig::text_of(object.kind, schema_of(object), whole_of(object), kind_of_whole(object.kind, of_table),
                            object.name, object.shown);
    }

    void match_by_name() {
        for (Id id = 0; id < partner_.size(); ++id) {
            check_for_interrupts();
            Inventory::Object const &object = inventory_[id];
            if (!object.live || !object.created)
                continue;
            if (object.any_parts)
                any_parts_.insert(whole_key(object.kind, schema_of(object), object.name));
            if (!object.arguments_known) {
                auto const found = functions_.find(joined({schema_of(object), object.name}));
                if (found != functions_.end())
                    for (std::size_t const i : found->second)
                        match(id, i);
                continue;
            }
            auto const found =
                by_key_.find(key_of(object.kind, schema_of(object), table_in_key(object.kind, whole_of(object)),
                                    object.name, object.arguments));
            if (found != by_key_.end() && database_[found->second].kind == object.kind)
                match(id, found->second);
        }
    }

    // What has another name than was expected: one of the same table and type that nobody else has claimed.
    void match_chosen_names() {
        std::unordered_map<std::string, std::vector<std::size_t>> free;
        auto const key = [](ObjectKind kind, char type, std::string_view schema, std::string_view table) {
            return std::string{static_cast<char>(kind), type} + joined({schema, table});
        };
        // Taken from the end: what would be reported is more likely meant than a constraint that came from a parent. An
        // index that is not reported is that of a constraint.
        for (bool const reported : {false, true})
            for (std::size_t i = database_.size(); i-- > 0;) {
                check_for_interrupts();
                DatabaseObject const &object = database_[i];
                if (!matched_[i] && object.reported == reported && !object.table.empty() &&
                    (reported || object.kind != ObjectKind::index))
                    free[key(object.kind, object.type, object.schema, object.table)].push_back(i);
            }
        for (Id id = 0; id < partner_.size(); ++id) {
            check_for_interrupts();
            Inventory::Object const &object = inventory_[id];
            if (!object.live || object.named || partner_[id] != no_object)
                continue;
            auto const found = free.find(key(object.kind, object.type, schema_of(object), whole_of(object)));
            if (found == free.end() || found->second.empty())
                continue;
            match(id, found->second.back());
            found->second.pop_back();
        }
    }

    void match(Id id, std::size_t i) {
        partner_[id] = i;
        matched_[i] = true;
    }

    bool part_of_missing(Inventory::Object const &object) const {
        if (object.parent != Inventory::none && partner_[object.parent] == no_object)
            return true;
        if (object.schema == Inventory::none)
            return false;
        Id const schema = inventory_.schema_object(object.schema);
        return schema != Inventory::none && partner_[schema] == no_object;
    }

    Inventory const &inventory_;
    std::vector<DatabaseObject> const &database_;
    std::vector<bool> matched_;        // of the database
    std::vector<std::size_t> partner_; // of the inventory
    std::unordered_map<std::string, std::size_t> by_key_;
    std::unordered_map<std::string, std::vector<std::size_t>> functions_;
    std::unordered_set<std::string> any_parts_;
};

} // namespace

Comparison compare(Inventory const &inventory, std::vector<DatabaseObject> const &database,
                   std::function<bool(std::size_t migration)> const &counts) {
    Matching const matching(inventory, database);
    return {matching.missing(counts), matching.not_created()};
}

} // namespace mig
