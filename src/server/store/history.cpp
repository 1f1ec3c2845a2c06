#include "server/store/history.hpp"

#include "server/db/catalog_fence.hpp"
#include "server/db/owner.hpp"
#include "server/store/loaders.hpp"

extern "C" {
#include "postmaster/bgworker.h"
#include "utils/guc.h"
}

namespace mig::server {

#define COLUMNS(more)                                                                                                  \
    "INSERT INTO migrator.history_entry (module, application_name, run_by, version, name, action, result, up, down,"   \
    " source, up_line, down_line, reversible, checksum, raw_checksum, checksum_algorithm, started_at, finished_at,"    \
    " execution_time_ms, reason, up_directives, down_directives, sqlstate, error, statement, line, kind,"              \
    " verify, verify_line, down_source, verify_source, catalog_fence, catalog_identity" more ") "
#define INSERT_ONE(column, value)                                                                                      \
    COLUMNS(column)                                                                                                    \
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,"          \
    " $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33" value ")"
#define INSERT_MANY(column, value)                                                                                     \
    COLUMNS(column)                                                                                                    \
    "SELECT $1, $2, e.*, $32, $33" value " FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16," \
    " $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31) e"

namespace {

template <class Field>
std::vector<Value> column(std::vector<Entry> const &entries, Field const &field) {
    std::vector<Value> values;
    values.reserve(entries.size());
    for (Entry const &entry : entries)
        values.push_back(field(entry));
    return values;
}

template <class T>
auto of(T Entry::*member) {
    return [member](Entry const &entry) { return Value(entry.*member); };
}

auto time_of(std::int64_t Entry::*member) {
    return [member](Entry const &entry) { return Value::timestamp(entry.*member); };
}

auto integer_of(std::optional<std::int32_t> Entry::*member) {
    return [member](Entry const &entry) { return Value::integer_or_null(entry.*member); };
}

// A background worker has none, but for what it says that it is.
std::string application_name() {
    const char *const given = pg::guarded([] { return GetConfigOption("application_name", true, false); });
    if (given && *given)
        return given;
    return MyBgworkerEntry ? MyBgworkerEntry->bgw_type : "";
}

} // namespace

History::History(std::string_view module)
    : module_(module), run_by_(current_role()), application_(application_name()), keeps_origins_(origins_are_kept()),
      as_superuser_(Loaders().trust(run_by_) == Trust::superuser),
      insert_one_(keeps_origins_ ? INSERT_ONE(", run_as_superuser", ", $34") : INSERT_ONE("", "")),
      insert_many_(keeps_origins_ ? INSERT_MANY(", run_as_superuser", ", $34") : INSERT_MANY("", "")) {}

Entry entry_of(StoredText const &text) {
    Entry entry{};
    entry.up = text.up;
    entry.down = text.down;
    entry.source = text.source;
    entry.up_line = text.up_line;
    entry.down_line = text.down_line;
    entry.reversible = text.reversible;
    entry.checksum = text.checksum;
    entry.raw_checksum = text.raw_checksum;
    entry.algorithm = text.algorithm;
    entry.up_directives = text.up_directives;
    entry.down_directives = text.down_directives;
    entry.kind = text.kind;
    entry.verify = text.verify;
    entry.verify_line = text.verify_line;
    entry.down_source = text.down_source;
    entry.verify_source = text.verify_source;
    return entry;
}

void History::write() {
    if (entries_.empty())
        return;
    std::vector<Value> const columns[] = {
        column(entries_, [this](Entry const &entry) { return Value(entry.run_by.value_or(run_by_)); }),
        column(entries_, of(&Entry::version)),
        column(entries_, of(&Entry::name)),
        column(entries_, of(&Entry::action)),
        column(entries_, of(&Entry::result)),
        column(entries_, of(&Entry::up)),
        column(entries_, of(&Entry::down)),
        column(entries_, of(&Entry::source)),
        column(entries_, of(&Entry::up_line)),
        column(entries_, of(&Entry::down_line)),
        column(entries_, of(&Entry::reversible)),
        column(entries_, of(&Entry::checksum)),
        column(entries_, of(&Entry::raw_checksum)),
        column(entries_, of(&Entry::algorithm)),
        column(entries_, time_of(&Entry::started_at)),
        column(entries_, time_of(&Entry::finished_at)),
        column(entries_, of(&Entry::execution_time_ms)),
        column(entries_, of(&Entry::reason)),
        column(entries_, of(&Entry::up_directives)),
        column(entries_, of(&Entry::down_directives)),
        column(entries_, of(&Entry::sqlstate)),
        column(entries_, of(&Entry::error)),
        column(entries_, integer_of(&Entry::statement)),
        column(entries_, integer_of(&Entry::line)),
        column(entries_, [](Entry const &entry) { return Value(word(entry.kind)); }),
        column(entries_, of(&Entry::verify)),
        column(entries_,
               [](Entry const &entry) {
                   return Value::integer_or_null(
                       entry.verify ? std::optional(static_cast<std::int32_t>(entry.verify_line)) : std::nullopt);
               }),
        column(entries_, of(&Entry::down_source)),
        column(entries_, of(&Entry::verify_source)),
    };
    std::vector<Value> parameters{module_, application_};
    bool const one = entries_.size() == 1;
    for (std::vector<Value> const &values : columns)
        parameters.push_back(one ? values.front() : Value::array(values));
    // What this transaction has done to the catalog is older than the next one, its subtransactions included: lint()
    // tells by that what was changed since, by others.
    CatalogFence const fence = catalog_fence();
    parameters.emplace_back(fence.next_transaction);
    parameters.emplace_back(fence.identity);
    if (keeps_origins_)
        parameters.emplace_back(as_superuser_);
    AsOwner const owner;
    (void) (one ? insert_one_ : insert_many_)(parameters.data(), parameters.size());
    entries_.clear();
}

} // namespace mig::server
