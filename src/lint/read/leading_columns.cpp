#include "lint/read/leading_columns.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

bool has_constraint(ColumnDef const &column, ConstrType type) {
    return any<Constraint>(column.constraints,
                           [&](Constraint const &constraint) { return constraint.contype == type; });
}

std::vector<std::string> columns_of_index(IndexStmt const &statement) {
    std::vector<std::string> result;
    each<IndexElem>(statement.indexParams,
                    [&](IndexElem const &element) { result.emplace_back(element.name ? element.name : ""); });
    return result;
}

std::string LeadingColumns::key_of(std::vector<std::string> columns) {
    std::sort(columns.begin(), columns.end());
    std::string text;
    for (std::string const &column : columns)
        text += column + '\n';
    return text;
}

void LeadingColumns::add(std::vector<std::string> const &index) {
    each_beginning(index, [&](std::string prefix) { prefixes_.emplace(std::move(prefix), true); });
}

bool LeadingColumns::any_begins_with(std::vector<std::string> const &columns) const {
    return prefixes_.count(key_of(columns)) > 0;
}

} // namespace mig::server::lint
