#include "server/store/stored_texts.hpp"

#include "core/base/failure.hpp"
#include "core/base/version.hpp"
#include "server/db/owner.hpp"
#include "server/store/content_columns.hpp"

namespace mig::server {

namespace {

constexpr Column<StoredText> loader_columns[] = {
    column<&StoredText::loaded_by>("loaded_by"),
    column<&StoredText::loaded_from, &LoadedFrom::elsewhere>("elsewhere"),
    column<&StoredText::loaded_from, &LoadedFrom::as_superuser>("as_superuser"),
};

// The columns that select_sql() selects, in this order.
constexpr int version_column = 0, content_column = 1,
              loader_column = content_column + static_cast<int>(std::size(content_columns));

// `loader`: expressions for loader_columns. They differ between the tables, and between releases of them.
std::string select_sql(std::string const &loader, std::string const &rest) {
    std::vector<const char *> names;
    add_names(names, content_columns);
    return "SELECT version::text, " + comma_list(names) + ", " + loader + " FROM migrator." + rest;
}

} // namespace

StoredTexts::StoredTexts(Rows rows, bool on_record) : rows_(std::move(rows)), on_record_(on_record) {}

StoredTexts StoredTexts::loaded(std::string_view module, std::string_view first, std::string_view last) {
    std::string const cluster = cluster_identifier();
    bool const kept = tables_have_origins();
    std::string const sql =
        select_sql(kept ? "loaded_by, loaded_in IS DISTINCT FROM $4, loaded_as_superuser" : "loaded_by, false, false",
                   "migration m WHERE module = $1"
                   " AND version BETWEEN $2::migrator.version AND $3::migrator.version"
                   " ORDER BY m.version"); // qualified: `version` alone would be the output column, which is text
    std::vector<Value> parameters{module, first, last};
    if (kept)
        parameters.emplace_back(cluster);
    AsOwner const owner;
    return StoredTexts(query(sql.c_str(), parameters, Access::fresh), false);
}

StoredTexts StoredTexts::on_record(std::int64_t event_id) {
    std::string const cluster = cluster_identifier();
    // Whoever ran it has vouched for it. A baseline and an accept() have run nothing, whatever the action is, and
    // adopt() records the role that the other tool names.
    std::string const sql = select_sql(std::string("CASE WHEN action = 'apply' AND result = 'applied' THEN run_by END,"
                                                   " split_part(catalog_identity, '/', 1) IS DISTINCT FROM $2, ") +
                                           (tables_have_origins() ? "run_as_superuser" : "false"),
                                       "history_entry WHERE id = $1");
    AsOwner const owner;
    return StoredTexts(query(sql.c_str(), {event_id, cluster}, Access::fresh), true);
}

StoredText StoredTexts::get(std::string_view version) const & {
    if (std::optional<StoredText> const found = find(version))
        return *found;
    throw Failure(sqlstate::unknown_version, "the text of migration " + std::string(version) + " is gone");
}

std::optional<StoredText> StoredTexts::find(std::string_view version) const & {
    std::size_t low = 0, high = rows_.size();
    while (low < high) {
        std::size_t const middle = (low + high) / 2;
        if (version::compare(rows_.text(middle, version_column), version) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == rows_.size() || version::compare(rows_.text(low, version_column), version) != 0)
        return std::nullopt;
    StoredText found{};
    found.on_record = on_record_;
    read_columns<content_columns>(found.content, rows_, low, content_column);
    read_columns<loader_columns>(found, rows_, low, loader_column);
    return found;
}

} // namespace mig::server
