// The kinds of objects that a schema consists of.
#pragma once

#include <optional>
#include <string_view>

namespace mig {

enum class ObjectKind : unsigned char {
    schema,
    extension,
    table, // partitioned ones too
    foreign_table,
    view,
    materialized_view,
    sequence,
    index,
    column, // of a composite type too
    constraint,
    trigger,
    policy,
    rule,
    statistics,
    function,
    procedure,
    aggregate,
    type,
    enum_value,
    domain,
    operators, // `operator` is a keyword of C++
    operator_class,
    operator_family,
    collation,
    conversion,
    search_configuration,
    search_dictionary,
    search_parser,
    search_template,
    cast,
    language,
    access_method,
    event_trigger,
    publication,
    foreign_data_wrapper,
    server,
};

const char *to_text(ObjectKind kind) noexcept;
std::optional<ObjectKind> object_kind_named(std::string_view text);

// The kind that stands for all that share their names with it: of two tables, views or indexes in a schema, or of a
// function and a procedure with the same arguments, none can have the name of the other.
ObjectKind name_space(ObjectKind kind) noexcept;

// Of what is part of a table, but has a name that is unique in the schema.
inline bool is_named_in_schema(ObjectKind kind) noexcept {
    return kind == ObjectKind::index || kind == ObjectKind::statistics;
}

} // namespace mig
