#include "server/store/history.hpp"

#include "server/db/catalog_fence.hpp"
#include "server/db/owner.hpp"
#include "server/db/row_insert.hpp"
#include "server/store/content_columns.hpp"

#include <algorithm>

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

std::vector<const char *> columns(bool keeps_origins) {
    std::vector<const char *> names;
    add_names(names, entry_columns);
    add_names(names, content_columns);
    add_names(names, context_columns);
    if (keeps_origins)
        add_names(names, origin_columns);
    return names;
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
      keeps_origins_(tables_have_origins()), as_superuser_(Loaders().trust(run_by_) == Trust::superuser) {}

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
    std::vector<const char *> const names = columns(keeps_origins_);
    constexpr std::size_t together = 100; // entries: a baseline may have very many
    AsOwner const owner;
    for (std::size_t written = 0; written < entries_.size();) {
        std::size_t const end = std::min(written + together, entries_.size());
        std::vector<Value> values;
        values.reserve((end - written) * names.size());
        for (; written < end; ++written) {
            add_values(values, entries_[written], entry_columns);
            add_values(values, entries_[written].content, content_columns);
            add_values(values, context, context_columns);
            if (keeps_origins_)
                add_values(values, context, origin_columns);
        }
        insert_rows("history_entry", names, values);
    }
    entries_.clear();
}

} // namespace mig::server
