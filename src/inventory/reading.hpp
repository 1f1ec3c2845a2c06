// Reads what the statements of bodies create, drop, rename and move into an Inventory.
#pragma once

#include "core/inventory/code_effect.hpp"
#include "core/inventory/inventory.hpp"
#include "core/text/lexed.hpp"
#include "core/text/statement_ends.hpp"
#include "lint/world/world.hpp"

namespace mig::server {

// A name and where it is: its own schema, or that of the search_path.
struct Place {
    std::string schema, name;
};

// The types of arguments.
struct Signature {
    std::string arguments, shown;
    bool known = true;
};

class Reading {
  public:
    // The World tells which search_path applies, and what the names of types mean. To be created as the caller.
    explicit Reading(Inventory &inventory) : inventory_(inventory) {}

    void begin_migration(std::size_t number);
    // Statement by statement; parse trees live no longer than their statement.
    void read(Node const *statement, Lexed const &body, StatementSpan const &span);
    void end_migration(); // its temporary objects are gone

  private:
    // reading.cpp
    void read_query(Node const *statement);
    void read_code(CodeEffect const &effect);
    void doubt_calls_in_words();
    void mention_words(Inventory::Id id); // of the statement that is read
    bool words_name_temporary() const;    // a temporary relation, among the words of that statement
    std::string creation_schema();
    Place to_create(RangeVar const *name);
    Place to_create(List const *names);
    // The object that exists under the name, along the search_path; none.
    Inventory::Id find(ObjectKind kind, List const *names, std::string_view arguments = {});
    Inventory::Id find(ObjectKind kind, std::vector<std::string> const &names, std::string_view arguments = {});
    Inventory::Id find(RangeVar const *name);
    // As find(), but what is not known is referred to.
    Inventory::Id relation(RangeVar const *name);
    Inventory::Id type(List const *names);
    Signature signature(List const *types);                    // of TypeName
    Signature signature_of_parameters(List const *parameters); // of FunctionParameter
    void add_argument(Signature &signature, TypeName const *type);
    // What ObjectWithArgs names: all of the name, if the arguments fit none of several.
    std::vector<Inventory::Id> routines(ObjectKind kind, ObjectWithArgs const *object);

    // creation.cpp
    bool create(Node const *statement);
    bool create_type(Node const *statement);
    bool create_part(Node const *statement);
    void create_schema(CreateSchemaStmt const &statement);
    void create_routine(CreateFunctionStmt const &statement);
    void note_code(std::string const &name, std::string const &rest, CodeEffect effect);
    void define(DefineStmt const &statement);
    void create_sequence(RangeVar const *name, List const *options);
    void set_owner(Inventory::Id sequence, List const *options);

    // tables.cpp
    void create_table(CreateStmt const &statement, ObjectKind kind);
    void create_index(IndexStmt const &statement);
    void create_statistics(CreateStatsStmt const &statement);
    void alter_table(AlterTableStmt const &statement);
    void alter(Inventory::Id table, AlterTableCmd const &command);
    void add_column(Inventory::Id table, ColumnDef const &column);
    void add_constraint(Inventory::Id table, Constraint const &constraint, const char *column);
    void drop_column(Inventory::Id table, const char *name, bool cascade);
    void drop_constraint(Inventory::Id table, const char *name, bool cascade);
    void attach(Inventory::Id whole, Inventory::Id part);

    // change.cpp
    bool change(Node const *statement);
    void drop(DropStmt const &statement, Node const &object);
    void rename(RenameStmt const &statement);
    void rename_part(Inventory::Id table, ObjectKind kind, const char *name, const char *new_name);
    void move(AlterObjectSchemaStmt const &statement);
    void alter_enum(AlterEnumStmt const &statement);
    void alter_domain(AlterDomainStmt const &statement);
    std::vector<Inventory::Id> named(ObjectType type, Node const *object);
    Inventory::Id part_named(ObjectKind kind, List const *names); // [schema.]table.part

    Inventory &inventory_;
    lint::World world_;
    Lexed const *body_ = nullptr;
    StatementSpan span_{};
    std::vector<std::string> types_path_; // of what is in types_
    struct KnownType {
        std::string key, shown;
        bool known;
    };
    std::unordered_map<std::string, KnownType> types_;
    // What calls of them may remove: by name, and then by schema and arguments.
    std::unordered_map<std::string, std::unordered_map<std::string, CodeEffect>> removing_routines_;
    // Of the CREATE TABLE that is read: its keys without a name, by their columns.
    std::unordered_map<std::string, Inventory::Id> keys_;
};

// The kind of what DROP, ALTER ... RENAME and SET SCHEMA name; none for what an inventory does not hold.
std::optional<ObjectKind> kind_of(ObjectType type);

} // namespace mig::server
