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

// Both tables are usually in the same order: load() appends migrations in version order, and apply() appends their
// events in that order too. So they are compared row by row, as in a merge join without a sort. That is not so for
// repeatable migrations and snapshots, which are collected in a hash table. Everything here is a POD, for a guarded
// frame.

using Checksum = char[64 + 1]; // a SHA-256 in hex

// A repeatable migration or a snapshot: what is loaded, and its last event.
struct Unordered {
    char version[version::max_length + 1]; // the key
    bool loaded, snapshot, absent, ran, in_effect;
    std::int64_t ran_at; // the ID of the event
    Checksum loaded_checksum, ran_checksum;
};

// False if the text does not fit.
template <std::size_t size>
bool copy(char (&place)[size], std::string_view text) {
    if (text.size() >= size)
        return false;
    memset(place, 0, size);
    memcpy(place, text.data(), text.size());
    return true;
}

class UnorderedTable {
  public:
    bool note_loaded(std::string_view version, std::string_view checksum, bool snapshot, bool absent) {
        Unordered *const entry = enter(version);
        if (!entry)
            return false;
        entry->loaded = true;
        entry->snapshot = snapshot;
        entry->absent = absent;
        return copy(entry->loaded_checksum, checksum);
    }

    bool note_event(std::string_view version, std::string_view checksum, std::int64_t id, bool in_effect) {
        Unordered *const entry = enter(version);
        if (!entry || (entry->ran && entry->ran_at > id))
            return entry;
        entry->ran = true;
        entry->ran_at = id;
        entry->in_effect = in_effect;
        return copy(entry->ran_checksum, checksum);
    }

    // Whether the last run of each was of what is loaded. What never ran is ignored if its file is gone, and a snapshot
    // if something else ran. Adds to `applied` how many ran.
    bool are_as_loaded(std::size_t &applied) const {
        bool same = true;
        bool const something_ran = applied > 0;
        if (!table_)
            return same;
        HASH_SEQ_STATUS scan;
        hash_seq_init(&scan, table_);
        while (auto const *const entry = static_cast<Unordered *>(hash_seq_search(&scan))) {
            bool const passed_over =
                entry->loaded && !entry->ran && (entry->absent || (entry->snapshot && something_ran));
            bool const current = entry->loaded && entry->ran && entry->in_effect &&
                                 strcmp(entry->loaded_checksum, entry->ran_checksum) == 0;
            same = same && (passed_over || current);
            applied += current;
        }
        return same;
    }

    // Whether the ID is that of something later than the last event of a migration in the table.
    bool is_newer(std::string_view version, std::int64_t id) const {
        char key[sizeof(Unordered::version)];
        auto const *const entry = table_ && copy(key, version)
                                      ? static_cast<Unordered *>(hash_search(table_, key, HASH_FIND, nullptr))
                                      : nullptr;
        return entry && (!entry->ran || id > entry->ran_at);
    }

  private:
    // Finds the entry or adds one. Null if the version is too long.
    Unordered *enter(std::string_view version) {
        char key[sizeof(Unordered::version)];
        if (!copy(key, version))
            return nullptr;
        if (!table_) {
            HASHCTL control = {};
            control.keysize = sizeof(Unordered::version);
            control.entrysize = sizeof(Unordered);
            control.hcxt = CurrentMemoryContext;
            table_ = hash_create("migrator repeatable", 64, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
        }
        bool found = false;
        auto *const entry = static_cast<Unordered *>(hash_search(table_, key, HASH_ENTER, &found));
        if (!found) {
            *entry = {};
            memcpy(entry->version, key, sizeof key);
        }
        return entry;
    }

    HTAB *table_ = nullptr; // null: every migration is versioned
};

bool is_versioned(TableCursor const &cursor, int kind) {
    return cursor.is_null(kind) || cursor.text(kind) == "versioned";
}

bool in_effect(std::string_view result) { return result == "applied" || result == "baseline"; }

// Moves to the next row of a versioned migration, and notes other migrations on the way. Sets `failed` if one cannot be
// noted.
bool next_loaded(TableCursor &loaded, UnorderedTable &unordered, bool &failed) {
    while (loaded.next()) {
        if (is_versioned(loaded, 2))
            return true;
        failed = failed || !unordered.note_loaded(loaded.text(0), loaded.text(1), loaded.text(2) == "snapshot",
                                                  loaded.is_present(3));
    }
    return false;
}

// The same for events. A failed attempt changes nothing, so it is skipped.
bool next_event(TableCursor &events, UnorderedTable &unordered, bool &failed) {
    while (events.next()) {
        std::string_view const result = events.text(2);
        if (result == "failed")
            continue;
        if (is_versioned(events, 3))
            return true;
        failed = failed || !unordered.note_event(events.text(0), events.text(1), DatumGetInt64(events.value(4)),
                                                 in_effect(result) || result == "accepted");
    }
    return false;
}

// Whether something that ran statement by statement may be partly done: a rollback, or a repeatable migration that ran
// again. For a versioned migration, applying it partly has left no event, so the tables differ already.
bool any_unfinished(Oid schema, UnorderedTable const &unordered, std::string_view module, Access access) {
    const char *const columns[] = {"action", "version", "id"};
    TableCursor statements;
    statements.open(schema, "statement_entry", columns, 3, module, access);
    bool found = false;
    while (!found && statements.next())
        found = statements.text(0) == "rollback" ||
                unordered.is_newer(statements.text(1), DatumGetInt64(statements.value(2)));
    statements.close();
    return found;
}

// The cursors' columns are read by number above: 0 is `version`, and so on in the order of these arrays.
// How many migrations are applied; -1 if that is not all there is to say.
std::int64_t compare_tables(Oid schema, std::string_view module, Access access) {
    const char *const loaded_columns[] = {"version", "checksum", "kind", "?absent_since"};
    const char *const event_columns[] = {"version", "checksum", "result", "kind", "id"};
    TableCursor loaded, events;
    loaded.open(schema, "migration", loaded_columns, 4, module, access);
    events.open(schema, "history_entry", event_columns, 5, module, access);
    UnorderedTable unordered;
    bool same = true, more = true, failed = false;
    std::size_t applied = 0;
    while (same && more) {
        more = next_loaded(loaded, unordered, failed);
        bool const ran = next_event(events, unordered, failed);
        // What has no file and has not run is not to be run; in the hash table, unless it stopped partway.
        while (more && loaded.is_present(3) && !(ran && loaded.text(0) == events.text(0))) {
            failed = failed || !unordered.note_loaded(loaded.text(0), loaded.text(1), false, true);
            more = next_loaded(loaded, unordered, failed);
        }
        same = more == ran && (!more || (loaded.text(0) == events.text(0) && loaded.text(1) == events.text(1) &&
                                         in_effect(events.text(2))));
        applied += more;
    }
    events.close();
    loaded.close();
    same = same && !failed && unordered.are_as_loaded(applied) && !any_unfinished(schema, unordered, module, access);
    return same && applied > 0 ? static_cast<std::int64_t>(applied) : -1;
}

} // namespace

std::optional<std::size_t> nothing_to_apply(std::string_view module, Access access) {
    Oid const extension = extension_schema();
    std::int64_t const applied = pg::guarded([=] { return compare_tables(extension, module, access); });
    return applied < 0 ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(applied));
}

} // namespace mig::server
