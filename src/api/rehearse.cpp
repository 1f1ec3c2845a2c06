// rehearse().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "call/apply.hpp"

using namespace mig;

namespace {

// A text[]; NULL if there are no elements.
class TextArray {
  public:
    explicit TextArray(std::vector<std::string> const &texts) : values_(texts.begin(), texts.end()) {}
    server::Value value() const { return server::Value::text_array(values_); }

  private:
    std::vector<server::Value> values_;
};

} // namespace

static std::vector<std::string> locks_of(Rehearsed const &row) {
    std::vector<std::string> texts;
    for (TakenLock const &lock : row.locks)
        texts.push_back(lock.relation + ": " + lock.mode);
    return texts;
}

static std::vector<std::string> objects_of(Rehearsed const &row) {
    std::vector<std::string> texts;
    for (TouchedObject const &object : row.objects)
        texts.push_back(to_text(object));
    return texts;
}

static server::Value number_or_null(std::int32_t number) {
    return number > 0 ? server::Value(number) : server::Value();
}

static server::Value text_or_null(std::string const &value) {
    return value.empty() ? server::Value() : server::Value(value);
}

MIG_FUNCTION(migrator_rehearse) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    server::RehearsedPlan const found = server::rehearse(arguments.module(1), target);
    api::ResultSet rows(fcinfo);
    for (Rehearsed const &row : found.rows) {
        std::vector<std::string> const lock_texts = locks_of(row), object_texts = objects_of(row);
        TextArray const locks(lock_texts), rewrites(row.rewrites), scans(row.scans), objects(object_texts),
            blocks(row.blocks);
        rows.add({{"version", row.version},
                  {"statement", number_or_null(row.statement)},
                  {"line", number_or_null(row.line)},
                  {"command", row.command},
                  {"sql", text_or_null(row.sql)},
                  {"duration_ms", row.execution_time_ms}, // the name before 1.1
                  {"rows", row.rows},
                  {"locks", locks.value()},
                  {"rewrites", rewrites.value()},
                  {"scans", scans.value()},
                  {"wal_bytes", row.wal_bytes},
                  {"objects", objects.value()},
                  {"blocks", blocks.value()},
                  {"error", row.error},
                  {"sqlstate", row.sqlstate},
                  {"note", row.note},
                  {"verify", row.verify},
                  {"execution_time_ms", row.execution_time_ms},
                  {"held_ms", row.held_ms},
                  {"plan_token", text_or_null(found.plan_token)}});
    }
    return Datum{0};
}
