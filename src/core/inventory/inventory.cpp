#include "core/inventory/inventory.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>
#include <utility>

namespace mig {

namespace {

void erase_from(std::vector<Inventory::Id> &list, Inventory::Id id) {
    list.erase(std::remove(list.begin(), list.end(), id), list.end());
}

} // namespace

// --- keys ------------------------------------------------------------------------------------------------------------

// By IDs, so that renaming a schema or a table changes no key but its own.
std::string Inventory::key(ObjectKind kind, Id schema, Id parent, std::string_view name, std::string_view arguments) {
    std::string key(1, static_cast<char>(name_space(kind)));
    key += parent == none ? 's' + std::to_string(schema) : 'p' + std::to_string(parent);
    key += ' ';
    key += name;
    key += '\0';
    key += arguments;
    return key;
}

std::string Inventory::key(Object const &object) const {
    return key(object.kind, object.schema, is_named_in_schema(object.kind) ? none : object.parent, object.name,
               object.arguments);
}

void Inventory::forget_keys(Id id) {
    auto const forget = [&](std::string const &one) {
        auto const found = by_key_.find(one);
        if (found != by_key_.end() && found->second == id)
            by_key_.erase(found);
    };
    Object const &object = objects_[id];
    forget(key(object));
    if (with_index_name_.count(id) > 0)
        forget(key(ObjectKind::index, object.schema, none, object.name, {}));
}

void Inventory::remember_keys(Id id) {
    Object const &object = objects_[id];
    by_key_[key(object)] = id;
    if (with_index_name_.count(id) > 0)
        by_key_[key(ObjectKind::index, object.schema, none, object.name, {})] = id;
    if (name_space(object.kind) == ObjectKind::function)
        overloads_[key(object.kind, object.schema, none, object.name, {})].push_back(id);
    by_name_[object.name].push_back(id);
}

Inventory::Id Inventory::schema_named(std::string_view name) {
    auto const [found, added] = schema_by_name_.try_emplace(std::string(name), schemas_.size());
    if (added)
        schemas_.push_back({std::string(name), none, {}});
    return found->second;
}

// --- looking up ------------------------------------------------------------------------------------------------------

Inventory::Id Inventory::find(ObjectKind kind, std::string_view schema, std::string_view name,
                              std::string_view arguments) const {
    auto const in = schema_by_name_.find(std::string(schema));
    if (in == schema_by_name_.end())
        return none;
    if (kind == ObjectKind::schema)
        return schemas_[in->second].object;
    auto const found = by_key_.find(key(kind, in->second, none, name, arguments));
    return found == by_key_.end() ? none : found->second;
}

Inventory::Id Inventory::find_part(ObjectKind kind, Id parent, std::string_view name) const {
    auto const found = by_key_.find(key(kind, none, parent, name, {}));
    return found == by_key_.end() ? none : found->second;
}

std::vector<Inventory::Id> Inventory::find_all(ObjectKind kind, std::string_view schema, std::string_view name) const {
    std::vector<Id> all;
    auto const in = schema_by_name_.find(std::string(schema));
    if (in == schema_by_name_.end())
        return all;
    auto const found = overloads_.find(key(kind, in->second, none, name, {}));
    if (found != overloads_.end())
        for (Id const id : found->second)
            if (objects_[id].live && objects_[id].name == name && objects_[id].schema == in->second)
                all.push_back(id);
    return all;
}

std::vector<Inventory::Id> Inventory::children(Id parent) const { return links_[parent].children; }
std::vector<Inventory::Id> Inventory::parts(Id whole) const { return links_[whole].parts; }

std::vector<Inventory::Id> Inventory::contents(std::string_view schema) const {
    auto const found = schema_by_name_.find(std::string(schema));
    return found == schema_by_name_.end() ? std::vector<Id>() : schemas_[found->second].objects;
}

// --- adding ----------------------------------------------------------------------------------------------------------

Inventory::Id Inventory::create(Object object) {
    Id const id = objects_.size();
    object.migration = migration_;
    object.certain_since = clock_++;
    if (object.schema != none && (object.parent == none || is_named_in_schema(object.kind)))
        schemas_[object.schema].objects.push_back(id);
    objects_.push_back(std::move(object));
    links_.emplace_back();
    remember_keys(id);
    return id;
}

void Inventory::certify(Id id) {
    Object &object = objects_[id];
    if (certain(object) && object.created)
        return;
    object.certain_since = clock_++;
    object.created = true;
    object.migration = migration_;
    by_name_[object.name].push_back(id);
}

Inventory::Id Inventory::add(ObjectKind kind, std::string_view schema, std::string_view name,
                             std::string_view arguments, std::string_view shown) {
    Id const known = find(kind, schema, name, arguments);
    if (known != none) {
        if (objects_[known].kind == ObjectKind::constraint) // whose index has the name
            return known;
        objects_[known].kind = kind;
        certify(known);
        return known;
    }
    Object object;
    object.kind = kind;
    object.schema = schema_named(schema);
    object.name = name;
    object.arguments = arguments;
    object.shown = shown;
    return create(std::move(object));
}

// In the schema of its parent as far as the name of its index goes.
Inventory::Id Inventory::add_part(ObjectKind kind, Id parent, std::string_view name) {
    Id const known = find_part(kind, parent, name);
    if (known != none) {
        certify(known);
        return known;
    }
    Object object;
    object.kind = kind;
    object.schema = objects_[parent].schema;
    object.parent = parent;
    object.name = name;
    Id const id = create(std::move(object));
    depend(id, parent);
    return id;
}

Inventory::Id Inventory::refer(ObjectKind kind, std::string_view schema, std::string_view name) {
    Id const known = find(kind, schema, name);
    if (known != none)
        return known;
    Id const id = add(kind, schema, name);
    objects_[id].created = false;
    objects_[id].any_parts = true;
    doubt(id);
    return id;
}

Inventory::Id Inventory::add_schema(std::string_view name) {
    Id const schema = schema_named(name);
    if (schemas_[schema].object != none) {
        certify(schemas_[schema].object);
        return schemas_[schema].object;
    }
    Object object;
    object.kind = ObjectKind::schema;
    object.name = name;
    Id const id = create(std::move(object));
    schemas_[schema].object = id;
    return id;
}

void Inventory::add_index_name(Id constraint) {
    with_index_name_.insert(constraint);
    Object const &object = objects_[constraint];
    by_key_[key(ObjectKind::index, object.schema, none, object.name, {})] = constraint;
}

// --- dropping --------------------------------------------------------------------------------------------------------

void Inventory::drop(Id first, bool cascade) {
    std::vector<Id> going{first};
    while (!going.empty()) {
        check_for_interrupts();
        Id const id = going.back();
        going.pop_back();
        Object &object = objects_[id];
        if (!object.live)
            continue;
        object.live = false;
        forget_keys(id);
        Links const links = std::exchange(links_[id], {});
        for (Id const part : links.parts)
            if (objects_[part].owner == none || objects_[part].owner == id) // a sequence may have another owner now
                going.push_back(part);
        for (Id const child : links.children)
            if (objects_[child].partition_of == id)
                going.push_back(child);
        if (cascade && id == first) // what depends on a part mentions the whole
            doubt_mentioning(id);
    }
}

// Whatever mentions the name may be gone, and what mentions that too. A foreign key that goes with a key mentions the
// table of that.
void Inventory::doubt_mentioning(Id id) {
    std::vector<std::string> names{objects_[id].name};
    if (objects_[id].parent != none)
        names.push_back(objects_[objects_[id].parent].name);
    while (!names.empty()) {
        auto found = mentioned_by_.find(first_name(names.back()));
        names.pop_back();
        if (found == mentioned_by_.end())
            continue;
        std::vector<Id> const doubted = std::move(found->second);
        mentioned_by_.erase(found);
        for (Id const one : doubted) {
            check_for_interrupts();
            doubt(one);
            names.push_back(objects_[one].name);
        }
    }
}

// A definition that mentions the old name of an object means the object, whatever it is called by now.
std::string Inventory::first_name(std::string name) const {
    for (auto found = renamed_from_.find(name); found != renamed_from_.end(); found = renamed_from_.find(name)) {
        check_for_interrupts();
        name = found->second;
    }
    return name;
}

// The shorter list is added to the longer, so that many renames take little more than one.
void Inventory::join_names(std::string const &before, std::string const &after) {
    std::string keeps = first_name(before), goes = first_name(after);
    if (keeps == goes)
        return;
    if (mentioned_by_[keeps].size() < mentioned_by_[goes].size())
        std::swap(keeps, goes);
    std::vector<Id> const moved = std::move(mentioned_by_[goes]);
    mentioned_by_.erase(goes);
    std::vector<Id> &all = mentioned_by_[keeps];
    all.insert(all.end(), moved.begin(), moved.end());
    renamed_from_.emplace(std::move(goes), std::move(keeps));
}

void Inventory::drop_schema(std::string_view name) {
    auto const found = schema_by_name_.find(std::string(name));
    if (found == schema_by_name_.end())
        return;
    Schema &schema = schemas_[found->second];
    for (Id const id : std::exchange(schema.objects, {}))
        if (objects_[id].schema == found->second)
            drop(id, true);
    if (Id const object = std::exchange(schema.object, none); object != none)
        drop(object, false);
}

// --- renaming --------------------------------------------------------------------------------------------------------

void Inventory::rename(Id id, std::string_view name) {
    join_names(objects_[id].name, std::string(name));
    forget_keys(id);
    objects_[id].name = name;
    objects_[id].named = true;
    remember_keys(id);
}

// Its ID stays, and with it the keys of what is in it.
void Inventory::rename_schema(std::string_view name, std::string_view new_name) {
    auto const found = schema_by_name_.find(std::string(name));
    if (found == schema_by_name_.end() || schema_by_name_.count(std::string(new_name)) > 0)
        return;
    Id const schema = found->second;
    schema_by_name_.erase(found);
    schema_by_name_.emplace(new_name, schema);
    schemas_[schema].name = new_name;
    if (schemas_[schema].object != none)
        rename(schemas_[schema].object, new_name);
}

// With what has to be in the same schema: indexes, constraints and owned sequences. They are parts of the table, or of
// its columns.
void Inventory::move(Id first, std::string_view name) {
    Id const schema = schema_named(name);
    std::vector<Id> moving{first};
    while (!moving.empty()) {
        check_for_interrupts();
        Id const id = moving.back();
        moving.pop_back();
        bool const stays = objects_[id].kind == ObjectKind::statistics && id != first;
        if (!objects_[id].live || objects_[id].schema == schema || stays)
            continue;
        forget_keys(id);
        objects_[id].schema = schema;
        remember_keys(id);
        if (objects_[id].parent == none || is_named_in_schema(objects_[id].kind))
            schemas_[schema].objects.push_back(id);
        for (Id const part : links_[id].parts)
            moving.push_back(part);
    }
}

void Inventory::leave(Id child) {
    objects_[child].partition_of = none;
    objects_[child].any_parts = true; // what it had from the parent is its own now
    for (Id const parent : std::exchange(links_[child].parents, {}))
        erase_from(links_[parent].children, child);
}

void Inventory::inherit(Id child, Id parent) {
    links_[parent].children.push_back(child);
    links_[child].parents.push_back(parent);
}

// --- doubt -----------------------------------------------------------------------------------------------------------

// What is in doubt already need not be found again. It comes back once it is created anew.
void Inventory::doubt(std::unordered_set<std::string> const &names) {
    for (std::string const &name : names) {
        auto const found = by_name_.find(name);
        if (found == by_name_.end())
            continue;
        for (Id const id : std::exchange(found->second, {})) {
            check_for_interrupts();
            doubt(id);
        }
    }
}

std::string Inventory::chosen_name(ObjectKind kind, Id table, std::string const &columns, const char *label) const {
    constexpr std::size_t most = 63;
    constexpr int most_tried = 100;
    std::string const &table_name = objects_[table].name;
    ObjectKind const in_schema = kind == ObjectKind::statistics ? kind : ObjectKind::index;
    for (int number = 0;; ++number) {
        check_for_interrupts();
        std::string const suffix = std::string("_") + label + (number ? std::to_string(number) : "");
        std::size_t first = table_name.size(), second = columns.size();
        while (first + second + (second ? 1 : 0) + suffix.size() > most)
            --(first > second ? first : second);
        std::string name = table_name.substr(0, first);
        if (second)
            name += "_" + columns.substr(0, second);
        name += suffix;
        bool const taken = by_key_.count(key(in_schema, objects_[table].schema, none, name, {})) > 0 ||
                           (!is_named_in_schema(kind) && by_key_.count(key(kind, none, table, name, {})) > 0);
        if (!taken)
            return name;
        if (number == most_tried) // which one it is does not matter any more, as others of the table stand for it
            number = static_cast<int>(objects_.size());
    }
}

} // namespace mig
