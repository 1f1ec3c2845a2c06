// What a statement that commits by itself is about: its kind and the objects that it names. Only what says
// CONCURRENTLY, and what no transaction can hold anyway, is of a kind; everything else is `other`, whatever its objects
// are.
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

struct ConcurrentStatement {
    enum class Kind : unsigned char {
        other,
        create_index,
        drop_index,
        reindex_index,
        reindex_table,
        reindex_schema,
        reindex_database,
        detach_partition,
        create_database,
        drop_database,
        create_tablespace,
        drop_tablespace,
        create_subscription,
        drop_subscription,
        add_publication,
        drop_publication,
    };
    Kind kind = Kind::other;
    Oid relation = InvalidOid;  // table of an index, index, partitioned table: as the session's search_path has it
    Oid partition = InvalidOid; // to be detached
    std::string name;           // of the index to be made, when it has one; of the database, schema, ...
    std::string publication;    // the first that is added to the subscription `name`, or dropped from it
};

ConcurrentStatement read_concurrent_statement(const char *sql);

} // namespace mig::server
