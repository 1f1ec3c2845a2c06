#include "lint/read/replica_identity.hpp"

#include "server/db/query.hpp"

namespace mig::server::lint {

// pg_publication_rel has only the tables that a publication names. pg_get_publication_tables() expands FOR ALL TABLES,
// TABLES IN SCHEMA and partitioned tables as well; it returns the root with publish_via_partition_root, and otherwise
// the leaf partitions.
std::vector<std::string> publications(Table const &relation, Publishes what) {
    std::vector<std::string> result;
    if (relation.oid == 0 || !relation.published)
        return result;
    static KeptQuery publications_of(
        "SELECT quote_ident(p.pubname) FROM pg_publication p WHERE ($2 OR p.pubupdate OR p.pubdelete)"
        " AND EXISTS (SELECT 1 FROM pg_get_publication_tables(p.pubname::text) t"
        "  WHERE t.relid = $1::oid OR t.relid IN (SELECT relid FROM pg_partition_tree($1::oid)))"
        " ORDER BY 1");
    Rows const rows = publications_of({static_cast<std::int64_t>(relation.oid), what == Publishes::anything});
    for (std::size_t i = 0; i < rows.size(); ++i)
        result.emplace_back(rows.text(i, 0));
    return result;
}

namespace {

// relreplident 'd' is the primary key, 'i' the index with indisreplident.
bool is_identity(Table const &relation, std::string const &index, bool primary) {
    if (relation.is_new || !relation.published || relation.replica_identity != (primary ? 'd' : 'i'))
        return false;
    static KeptQuery identity_index(
        "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = $1::oid"
        " AND i.indisreplident AND c.relname = $2");
    if (!primary && identity_index({static_cast<std::int64_t>(relation.oid), index}).size() == 0)
        return false;
    return !publications(relation, Publishes::changes).empty();
}

} // namespace

bool identifies_published_rows(Table const &relation, TableConstraint const &constraint) {
    bool const key = constraint.type == 'p' || constraint.type == 'u';
    return key && ((constraint.type == 'p' && is_identity(relation, constraint.name, true)) ||
                   is_identity(relation, constraint.name, false));
}

bool identifies_published_rows(Table const &relation, TableIndex const &index) {
    return is_identity(relation, index.name, false);
}

} // namespace mig::server::lint
