// SQL against the server from C++: parameters in, rows out, through SPI. The text is a constant of ours with $n
// parameters; who runs it, and with which search_path, is the caller's to set (owner.hpp).
#pragma once

#include "bridge/guard.hpp"
#include "server/value.hpp"

namespace mig::server {

// Owns the memory of its values; views into it die with it.
class Rows {
  public:
    Rows() = default;
    explicit Rows(MemoryContext memory) noexcept : memory_(memory) {}
    Rows(Rows &&other) noexcept { *this = std::move(other); }
    Rows &operator=(Rows &&other) noexcept {
        std::swap(memory_, other.memory_);
        set(other.values_, other.nulls_, other.columns_, other.count_);
        return *this;
    }
    ~Rows() {
        if (memory_)
            MemoryContextDelete(memory_);
    }

    // The arrays live in the memory that was given.
    void set(Datum *values, bool *nulls, int columns, std::uint64_t count) noexcept {
        values_ = values;
        nulls_ = nulls;
        columns_ = columns;
        count_ = count;
    }

    std::size_t size() const { return count_; }
    // A column that was not asked for is NULL.
    bool is_null(std::size_t row, int column) const { return column >= columns_ || nulls_[row * columns_ + column]; }
    Datum datum(std::size_t row, int column) const { return values_[row * columns_ + column]; }
    std::string_view text(std::size_t row, int column) const { // empty for NULL
        if (is_null(row, column))
            return {};
        const char *const value = DatumGetPointer(datum(row, column));
        return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
    }
    std::optional<std::string_view> optional_text(std::size_t row, int column) const {
        return is_null(row, column) ? std::nullopt : std::optional<std::string_view>(text(row, column));
    }
    std::int64_t bigint(std::size_t row, int column) const {
        return is_null(row, column) ? 0 : DatumGetInt64(datum(row, column));
    }
    std::int32_t integer(std::size_t row, int column) const {
        return is_null(row, column) ? 0 : DatumGetInt32(datum(row, column));
    }
    bool boolean(std::size_t row, int column) const {
        return !is_null(row, column) && DatumGetBool(datum(row, column));
    }
    double real(std::size_t row, int column) const {
        return is_null(row, column) ? 0 : DatumGetFloat8(datum(row, column));
    }

  private:
    MemoryContext memory_ = nullptr;
    Datum *values_ = nullptr;
    bool *nulls_ = nullptr;
    int columns_ = 0;
    std::uint64_t count_ = 0;
};

enum class Access : unsigned char {
    read,  // with the snapshot of the statement that called us
    fresh, // with a new snapshot: sees what others committed meanwhile
};

Rows query(const char *sql, std::initializer_list<Value> parameters, Access access = Access::read);
Rows query(const char *sql, Value const *parameters, std::size_t count); // Access::fresh

// The same text many times: planned once. Lives no longer than the call that made it.
class PreparedQuery {
  public:
    explicit PreparedQuery(const char *sql) : sql_(sql) {}
    PreparedQuery(PreparedQuery const &) = delete;
    PreparedQuery &operator=(PreparedQuery const &) = delete;
    ~PreparedQuery();
    Rows operator()(std::initializer_list<Value> parameters);

  private:
    const char *sql_;
    void *plan_ = nullptr; // SPIPlanPtr
};

} // namespace mig::server
