// SQL against the server from C++: parameters in, rows out, through SPI. The text is a constant of ours with $n
// parameters; who runs it, and with which search_path, is the caller's to set (owner.hpp).
#pragma once

#include "bridge/guard.hpp"
#include "server/db/row_buffer.hpp"
#include "server/db/value.hpp"

namespace mig::server {

// Owns the memory of its values; views into it die with it.
class Rows {
  public:
    Rows() = default;
    explicit Rows(MemoryContext memory) noexcept : memory_(memory) {}
    Rows(Rows &&other) noexcept { *this = std::move(other); }
    Rows &operator=(Rows &&other) noexcept {
        std::swap(memory_, other.memory_);
        rows_ = other.rows_;
        return *this;
    }
    ~Rows() {
        if (memory_)
            MemoryContextDelete(memory_);
    }

    // Collected in the memory that was given.
    void set(RowBuffer const &rows) noexcept { rows_ = rows; }

    std::size_t size() const { return rows_.count; }
    static constexpr int only = 0; // the column of a query that has one; others have theirs named beside the SELECT
    // A column that was not asked for is NULL.
    bool is_null(std::size_t row, int column) const {
        return column >= rows_.columns || rows_.nulls.items[row * rows_.columns + column];
    }
    Datum datum(std::size_t row, int column) const { return rows_.values.items[row * rows_.columns + column]; }
    std::optional<Datum> datum_or_null(std::size_t row, int column) const {
        return is_null(row, column) ? std::nullopt : std::optional<Datum>(datum(row, column));
    }
    std::string_view text(std::size_t row, int column) const { // empty for NULL
        if (is_null(row, column))
            return {};
        void const *const value = DatumGetPointer(datum(row, column));
        return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
    }
    std::optional<std::string_view> optional_text(std::size_t row, int column) const {
        return is_null(row, column) ? std::nullopt : std::optional<std::string_view>(text(row, column));
    }
    std::vector<std::string> texts(std::size_t row, int column) const; // of a text[]; none for NULL
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
    RowBuffer rows_{};
};

enum class Access : unsigned char {
    read,  // with the snapshot of the statement that called us
    fresh, // with a new snapshot: sees what others committed meanwhile
};

Rows query(const char *sql, std::initializer_list<Value> parameters, Access access = Access::read);
Rows query(const char *sql, std::vector<Value> const &parameters, Access access);

// The same text many times: planned once. Lives no longer than the call that made it.
class PreparedQuery {
  public:
    explicit PreparedQuery(const char *sql) : sql_(sql) {}
    PreparedQuery(PreparedQuery const &) = delete;
    PreparedQuery &operator=(PreparedQuery const &) = delete;
    ~PreparedQuery();
    Rows operator()(std::initializer_list<Value> parameters) { return (*this)(parameters.begin(), parameters.size()); }
    Rows operator()(Value const *parameters, std::size_t count);

  private:
    const char *sql_;
    void *plan_ = nullptr; // SPIPlanPtr
};

// The same text in every call of a session: its plan is kept until the session ends. Has to be of static storage, with
// a literal, and parameters of the same types each time. One plan for all values, so that it is made once.
//
// The server makes it anew when what it rests on has changed: a table or function of it, the search_path, the role
// where row security has a part in it. Rights are looked at in each execution. So what holds for query() holds here:
// who runs it, and with which search_path, is the caller's to set.
class KeptQuery {
  public:
    explicit constexpr KeptQuery(const char *sql) noexcept : sql_(sql) {}
    KeptQuery(KeptQuery const &) = delete;
    KeptQuery &operator=(KeptQuery const &) = delete;
    Rows operator()(std::initializer_list<Value> parameters, Access access = Access::read);

  private:
    const char *const sql_;
    void *plan_ = nullptr; // SPIPlanPtr
};

} // namespace mig::server
