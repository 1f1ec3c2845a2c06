// Which objects exist after some migrations, by the names in their statements: what these create, without what later
// ones drop, under the names that later ones give. Objects that are there for another reason are not in it.
#pragma once

#include "core/inventory/object_kind.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mig {

class Inventory {
  public:
    using Id = std::size_t;
    static constexpr Id none = static_cast<Id>(-1);

    struct Object {
        ObjectKind kind = ObjectKind::table;
        Id schema = none;      // place in schemas(); none: of a kind that is in no schema, or a part
        Id parent = none;      // the table of an index, a column, a trigger, ...
        std::string name;      //
        std::string arguments; // of functions and operators: what tells those of one name apart
        std::string shown;     // the arguments, as a reader knows them
        std::size_t migration = 0;
        bool live = true;
        // False: statements have only referred to it, so that something must have created it, or it is a part that
        // comes with something else.
        bool created = true;
        bool named = true;           // false: the server has chosen the name, which may differ
        bool arguments_known = true; // false: a type in them is not known, so they may differ
        bool any_parts = false;      // of a table: it has parts that no statement names, as with LIKE
        char type = ' ';             // of a constraint, as pg_constraint.contype; of an index, i; of statistics, s
        std::size_t certain_since = 0;
        Id owner = none;        // of a sequence: the column that owns it
        Id partition_of = none; // of a table or an index: what it is attached to
    };

    // What follows is created by this migration.
    void begin(std::size_t migration) { migration_ = migration; }

    // --- what there is; Id none if there is no such object
    // ------------------------------------------------------------
    Id find(ObjectKind kind, std::string_view schema, std::string_view name, std::string_view arguments = {}) const;
    Id find_part(ObjectKind kind, Id parent, std::string_view name) const;
    // Those of one name, whatever the arguments are.
    std::vector<Id> find_all(ObjectKind kind, std::string_view schema, std::string_view name) const;
    Object const &operator[](Id id) const { return objects_[id]; }
    std::vector<Object> const &objects() const { return objects_; }
    std::string const &schema_name(Id schema) const { return schemas_[schema].name; }
    // Whether a statement has created the schema, which is then an object too.
    Id schema_object(Id schema) const { return schemas_[schema].object; }
    // False: something that cannot be read may have dropped or renamed it meanwhile.
    bool certain(Object const &object) const { return object.certain_since > doubted_until_; }

    // --- what statements do
    // ------------------------------------------------------------------------------------------- The object that is
    // there already, if there is one, is kept, as with IF NOT EXISTS and OR REPLACE.
    Id add(ObjectKind kind, std::string_view schema, std::string_view name, std::string_view arguments = {},
           std::string_view shown = {});
    Id add_part(ObjectKind kind, Id parent, std::string_view name);
    // The object, which has to be there, since a statement refers to it.
    Id refer(ObjectKind kind, std::string_view schema, std::string_view name);
    Id add_schema(std::string_view name);
    void drop(Id id, bool cascade);
    void drop_schema(std::string_view name);
    void rename(Id id, std::string_view name);
    void rename_schema(std::string_view name, std::string_view new_name);
    void move(Id id, std::string_view schema);

    Object &edit(Id id) { return objects_[id]; }
    // The index of a constraint has its name, among those of relations.
    void add_index_name(Id constraint);
    // `part` goes when `whole` goes, as the constraint of a column does.
    void depend(Id part, Id whole) { links_[whole].parts.push_back(part); }
    void inherit(Id child, Id parent);
    void leave(Id child); // the parents: DETACH PARTITION, NO INHERIT
    std::vector<Id> children(Id parent) const;
    std::vector<Id> parts(Id whole) const;
    // What is in the schema and not part of something else.
    std::vector<Id> contents(std::string_view schema) const;
    // Its definition mentions the name, so that DROP ... CASCADE of what has that name may take it along.
    void mention(Id id, std::string_view name) { mentioned_by_[first_name(std::string(name))].push_back(id); }

    // --- what cannot be read
    // ------------------------------------------------------------------------------------------ Objects of these names
    // may be gone.
    void doubt(std::unordered_set<std::string> const &names);
    void doubt(Id id) { objects_[id].certain_since = 0; }
    void doubt_all() { doubted_until_ = clock_++; }

    // The name that the server chooses (makeObjectName()) and that is not taken yet.
    std::string chosen_name(ObjectKind kind, Id table, std::string const &columns, const char *label) const;

  private:
    struct Schema {
        std::string name;
        Id object = none;
        std::vector<Id> objects;
    };
    struct Links {
        std::vector<Id> parts, children, parents;
    };

    Id schema_named(std::string_view name); // made if there is none
    std::string key(Object const &object) const;
    static std::string key(ObjectKind kind, Id schema, Id parent, std::string_view name, std::string_view arguments);
    Id create(Object object);
    void certify(Id id);
    void forget_keys(Id id);
    void remember_keys(Id id);
    void doubt_mentioning(Id id);
    std::string first_name(std::string name) const;
    void join_names(std::string const &before, std::string const &after);

    std::vector<Object> objects_;
    std::vector<Links> links_;
    std::vector<Schema> schemas_;
    std::unordered_map<std::string, Id> schema_by_name_;
    std::unordered_map<std::string, Id> by_key_;
    std::unordered_set<Id> with_index_name_;
    std::unordered_map<std::string, std::vector<Id>> overloads_; // of functions, by schema and name
    // By last name; without those that are in doubt already.
    std::unordered_map<std::string, std::vector<Id>> by_name_, mentioned_by_;
    std::unordered_map<std::string, std::string> renamed_from_; // names that some object has had one after the other
    std::size_t migration_ = 0, clock_ = 1, doubted_until_ = 0;
};

} // namespace mig
