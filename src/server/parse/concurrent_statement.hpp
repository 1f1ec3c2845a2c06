// The kind of a statement that commits by itself, and the objects that it names. Only forms with CONCURRENTLY, and
// statements that cannot run in a transaction anyway, have a kind; all others are `other`, whatever their objects.
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
    Oid relation = InvalidOid;  // table of an index, index, partitioned table: found by the session's search_path
    Oid partition = InvalidOid; // to be detached
    std::string name;           // of the index to be created, if it has one; of the database, schema, ...
    std::string publication;    // the first one added to the subscription `name`, or dropped from it
};

// For a text that the grammar has accepted before: otherwise 42601. Looking up a name in a schema that the role may not
// use raises 42501. Takes no lock.
ConcurrentStatement read_concurrent_statement(const char *sql);

} // namespace mig::server
