#include "core/inventory/object_kind.hpp"

#include <iterator>

namespace mig {

namespace {

constexpr const char *texts[] = {
    "schema",
    "extension",
    "table",
    "foreign table",
    "view",
    "materialized view",
    "sequence",
    "index",
    "column",
    "constraint",
    "trigger",
    "policy",
    "rule",
    "statistics",
    "function",
    "procedure",
    "aggregate",
    "type",
    "enum value",
    "domain",
    "operator",
    "operator class",
    "operator family",
    "collation",
    "conversion",
    "text search configuration",
    "text search dictionary",
    "text search parser",
    "text search template",
    "cast",
    "language",
    "access method",
    "event trigger",
    "publication",
    "foreign-data wrapper",
    "server",
};
static_assert(std::size(texts) == static_cast<std::size_t>(ObjectKind::server) + 1);

} // namespace

const char *to_text(ObjectKind kind) noexcept { return texts[static_cast<std::size_t>(kind)]; }

std::optional<ObjectKind> object_kind_named(std::string_view text) {
    for (std::size_t i = 0; i < std::size(texts); ++i)
        if (text == texts[i])
            return static_cast<ObjectKind>(i);
    return std::nullopt;
}

ObjectKind name_space(ObjectKind kind) noexcept {
    switch (kind) {
    case ObjectKind::foreign_table:
    case ObjectKind::view:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
    case ObjectKind::index:
        return ObjectKind::table;
    case ObjectKind::procedure:
    case ObjectKind::aggregate:
        return ObjectKind::function;
    case ObjectKind::domain:
        return ObjectKind::type;
    default:
        return kind;
    }
}

} // namespace mig
