#include "lint/read/leading_columns.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

bool has_constraint(ColumnDef const &column, ConstrType type) {
    return any<Constraint>(column.constraints, [&](Constraint const &one) { return one.contype == type; });
}

std::vector<std::string> columns_of_index(IndexStmt const &statement) {
    std::vector<std::string> result;
    each<IndexElem>(statement.indexParams,
                    [&](IndexElem const &element) { result.emplace_back(element.name ? element.name : ""); });
    return result;
}

std::string LeadingColumns::word_of(std::vector<std::string> columns) {
    std::sort(columns.begin(), columns.end());
    std::string text;
    for (std::string const &column : columns)
        text += column + '\n';
    return text;
}

void LeadingColumns::add(std::vector<std::string> const &index) {
    each_beginning(index, [&](std::string word_of_columns) { beginnings_.emplace(std::move(word_of_columns), true); });
}

bool LeadingColumns::lead(std::vector<std::string> const &columns) const {
    return beginnings_.count(word_of(columns)) > 0;
}

} // namespace mig::server::lint
