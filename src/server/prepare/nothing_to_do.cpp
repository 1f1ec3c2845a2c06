#include "server/prepare/nothing_to_do.hpp"

#include "core/base/version.hpp"
#include "server/db/owner.hpp"
#include "server/db/table_cursor.hpp"

#include <cstring>

extern "C" {
#include "utils/hsearch.h"
}

namespace mig::server {

namespace {

using Checksum = char[64 + 1]; // of SHA-256, in hex

// Of a repeatable migration or a snapshot: what is loaded, and its last event. PODs, like all here, for a guarded
// frame.
struct Other {
    char version[version::max_length + 1]; // the key
    bool loaded, snapshot, ran, stands;
    std::int64_t ran_at;
    Checksum loaded_checksum, ran_checksum;
};

template <std::size_t size>
bool copy(char (&place)[size], std::string_view text) {
    if (text.size() >= size)
        return false;
    memset(place, 0, size);
    memcpy(place, text.data(), text.size());
    return true;
}

class Others {
  public:
    bool note_loaded(std::string_view version, std::string_view checksum, bool snapshot) {
        Other *const other = enter(version);
        if (!other)
            return false;
        other->loaded = true;
        other->snapshot = snapshot;
        return copy(other->loaded_checksum, checksum);
    }

    bool note_event(std::string_view version, std::string_view checksum, std::int64_t id, bool stands) {
        Other *const other = enter(version);
        if (!other || (other->ran && other->ran_at > id))
            return other;
        other->ran = true;
        other->ran_at = id;
        other->stands = stands;
        return copy(other->ran_checksum, checksum);
    }

    // Each ran last as it is loaded. A snapshot that never ran has no say where something else did.
    bool are_as_loaded(bool something_ran) const {
        bool same = true;
        if (!table_)
            return same;
        HASH_SEQ_STATUS scan;
        hash_seq_init(&scan, table_);
        while (auto const *const other = static_cast<Other *>(hash_seq_search(&scan))) {
            bool const passed_over = other->loaded && other->snapshot && !other->ran && something_ran;
            bool const current = other->loaded && other->ran && other->stands &&
                                 strcmp(other->loaded_checksum, other->ran_checksum) == 0;
            same = same && (passed_over || current);
        }
        return same;
    }

    // Of one that ran, something happened later.
    bool is_newer(std::string_view version, std::int64_t id) const {
        char key[sizeof(Other::version)];
        auto const *const other =
            table_ && copy(key, version) ? static_cast<Other *>(hash_search(table_, key, HASH_FIND, nullptr)) : nullptr;
        return other && (!other->ran || id > other->ran_at);
    }

  private:
    Other *enter(std::string_view version) {
        char key[sizeof(Other::version)];
        if (!copy(key, version))
            return nullptr;
        if (!table_) {
            HASHCTL control = {};
            control.keysize = sizeof(Other::version);
            control.entrysize = sizeof(Other);
            control.hcxt = CurrentMemoryContext;
            table_ = hash_create("migrator repeatable", 64, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
        }
        bool found = false;
        auto *const other = static_cast<Other *>(hash_search(table_, key, HASH_ENTER, &found));
        if (!found) {
            *other = {};
            memcpy(other->version, key, sizeof key);
        }
        return other;
    }

    HTAB *table_ = nullptr; // null: every migration is versioned
};

bool is_versioned(TableCursor const &cursor, int kind) {
    return cursor.is_null(kind) || cursor.text(kind) == "versioned";
}

bool stands(std::string_view result) { return result == "applied" || result == "baseline"; }

// The next row of a versioned migration; what is none is noted. `failed`: that could not be done.
bool next_loaded(TableCursor &loaded, Others &others, bool &failed) {
    while (loaded.next()) {
        if (is_versioned(loaded, 2))
            return true;
        failed = failed || !others.note_loaded(loaded.text(0), loaded.text(1), loaded.text(2) == "snapshot");
    }
    return false;
}

bool next_event(TableCursor &events, Others &others, bool &failed) {
    while (events.next()) {
        std::string_view const result = events.text(2);
        if (result == "failed")
            continue;
        if (is_versioned(events, 3))
            return true;
        failed = failed || !others.note_event(events.text(0), events.text(1), DatumGetInt64(events.value(4)),
                                              stands(result) || result == "accepted");
    }
    return false;
}

// A rollback that ran statement by statement may have stopped half-way, and so may a repeatable migration that ran
// again.
bool any_unfinished(Oid schema, Others const &others, std::string_view module, Access access) {
    const char *const columns[] = {"action", "version", "id"};
    TableCursor statements;
    statements.open(schema, "statement_entry", columns, 3, module, access);
    bool found = false;
    while (!found && statements.next())
        found =
            statements.text(0) == "rollback" || others.is_newer(statements.text(1), DatumGetInt64(statements.value(2)));
    statements.close();
    return found;
}

bool compare_tables(Oid schema, std::string_view module, Access access) {
    const char *const loaded_columns[] = {"version", "checksum", "kind"};
    const char *const event_columns[] = {"version", "checksum", "result", "kind", "id"};
    TableCursor loaded, events;
    loaded.open(schema, "migration", loaded_columns, 3, module, access);
    events.open(schema, "history_entry", event_columns, 5, module, access);
    Others others;
    bool same = true, more = true, failed = false, something_ran = false;
    while (same && more) {
        more = next_loaded(loaded, others, failed);
        same =
            more == next_event(events, others, failed) &&
            (!more || (loaded.text(0) == events.text(0) && loaded.text(1) == events.text(1) && stands(events.text(2))));
        something_ran = something_ran || more;
    }
    events.close();
    loaded.close();
    return same && !failed && others.are_as_loaded(something_ran) && !any_unfinished(schema, others, module, access);
}

} // namespace

bool applied_as_loaded(std::string_view module, Access access) {
    Oid const in = schema();
    return pg::guarded([=] { return compare_tables(in, module, access); });
}

} // namespace mig::server
