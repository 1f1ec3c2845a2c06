#include "server/store/history.hpp"

#include "server/db/catalog_fence.hpp"
#include "server/db/owner.hpp"
#include "server/store/content_columns.hpp"

extern "C" {
#include "postmaster/bgworker.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

constexpr Column<Entry> entry_columns[] = {
    column<&Entry::version>("version"),
    column<&Entry::name>("name"),
    column<&Entry::action>("action"),
    column<&Entry::result>("result"),
    time_column<&Entry::started_at>("started_at"),
    time_column<&Entry::finished_at>("finished_at"),
    column<&Entry::execution_time_ms>("execution_time_ms"),
    column<&Entry::run_by>("run_by"),
    column<&Entry::reason>("reason"),
    column<&Entry::sqlstate>("sqlstate"),
    column<&Entry::error>("error"),
    column<&Entry::statement>("statement"),
    column<&Entry::line>("line"),
};

// The columns that are the same for all entries of a transaction.
struct Context {
    std::string_view module, application;
    std::int64_t next_transaction;
    std::string_view identity;
    bool as_superuser;
};

constexpr Column<Context> context_columns[] = {
    column<&Context::module>("module"),
    column<&Context::application>("application_name"),
    column<&Context::next_transaction>("catalog_fence"),
    column<&Context::identity>("catalog_identity"),
};
constexpr Column<Context> origin_columns[] = {column<&Context::as_superuser>("run_as_superuser")}; // not in 1.0

constexpr std::size_t entry_parameters = std::size(entry_columns) + std::size(content_columns);

// Parameters: the columns of the entry, or arrays of them if there are many, then the columns that all entries share.
std::string insert_sql(bool many, bool keeps_origins) {
    std::vector<const char *> names;
    add_names(names, entry_columns);
    add_names(names, content_columns);
    add_names(names, context_columns);
    if (keeps_origins)
        add_names(names, origin_columns);
    std::string const entry = numbered_parameters(1, entry_parameters),
                      context = numbered_parameters(entry_parameters + 1, names.size() - entry_parameters),
                      insert = "INSERT INTO migrator.history_entry (" + comma_list(names) + ") ";
    return many ? insert + "SELECT e.*, " + context + " FROM unnest(" + entry + ") e"
                : insert + "VALUES (" + entry + ", " + context + ")";
}

std::vector<Value> values_of(Entry const &entry) {
    std::vector<Value> values;
    add_values(values, entry, entry_columns);
    add_values(values, entry.content, content_columns);
    return values;
}

// For each column, its values in all entries.
std::vector<std::vector<Value>> arrays_of(Entry const *entries, std::size_t count) {
    std::vector<std::vector<Value>> arrays(entry_parameters);
    for (std::vector<Value> &array : arrays)
        array.reserve(count);
    for (std::size_t entry = 0; entry < count; ++entry) {
        std::vector<Value> const values = values_of(entries[entry]);
        for (std::size_t i = 0; i < entry_parameters; ++i)
            arrays[i].push_back(values[i]);
    }
    return arrays;
}

std::size_t size_of(Entry const &entry) {
    std::size_t size = entry.content.up.sql.size();
    for (std::optional<StoredBody> const &body : {entry.content.down, entry.content.verify})
        size += body ? body->sql.size() : 0;
    return size;
}

// How many of them a single statement writes: an array holds its elements in full, and unnest() copies them.
std::size_t written_together(Entry const *entries, std::size_t count) {
    constexpr std::size_t most = 1 << 20; // bytes of text
    std::size_t together = 0, size = 0;
    while (together < count && (size += size_of(entries[together])) <= most)
        ++together;
    return std::max<std::size_t>(together, 1);
}

// A background worker that has not set one is recorded by its type.
std::string application_name() {
    const char *const name = pg::guarded([] { return GetConfigOption("application_name", true, false); });
    if (name && *name)
        return name;
    return MyBgworkerEntry ? MyBgworkerEntry->bgw_type : "";
}

} // namespace

History::History(std::string_view module)
    : module_(module), run_by_(current_role()), application_(application_name()), catalog_identity_(catalog_identity()),
      keeps_origins_(tables_have_origins()), as_superuser_(Loaders().trust(run_by_) == Trust::superuser),
      insert_one_sql_(insert_sql(false, keeps_origins_)), insert_many_sql_(insert_sql(true, keeps_origins_)),
      insert_one_(insert_one_sql_.c_str()), insert_many_(insert_many_sql_.c_str()) {}

Entry entry_of(StoredText const &text) {
    Entry entry;
    entry.content = text.content;
    return entry;
}

void History::append(Entry const &entry) {
    entries_.push_back(entry);
    if (!entry.run_by)
        entries_.back().run_by = run_by_;
}

void History::write() {
    if (entries_.empty())
        return;
    // This transaction and its subtransactions have lower IDs than the next one. By that, lint() tells what they have
    // written to the catalogs from what others have changed since.
    Context const context{module_, application_, next_transaction_id(), catalog_identity_, as_superuser_};
    std::vector<Value> shared;
    add_values(shared, context, context_columns);
    if (keeps_origins_)
        add_values(shared, context, origin_columns);
    AsOwner const owner;
    for (std::size_t written = 0; written < entries_.size();) {
        std::size_t const count = written_together(&entries_[written], entries_.size() - written);
        write(&entries_[written], count, shared);
        written += count;
    }
    entries_.clear();
}

void History::write(Entry const *entries, std::size_t count, std::vector<Value> const &shared) {
    bool const single = count == 1;
    std::vector<std::vector<Value>> const arrays =
        single ? std::vector<std::vector<Value>>() : arrays_of(entries, count);
    std::vector<Value> parameters = single ? values_of(*entries) : std::vector<Value>();
    for (std::vector<Value> const &array : arrays)
        parameters.push_back(Value::array(array));
    parameters.insert(parameters.end(), shared.begin(), shared.end());
    (void) (single ? insert_one_ : insert_many_)(parameters.data(), parameters.size());
}

} // namespace mig::server
