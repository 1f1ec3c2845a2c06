// SQL from C++ through SPI: parameters in, rows out. The text is our own, with $n for values. The caller sets the user
// and the search_path for it (owner.hpp).
#pragma once

#include "bridge/guard.hpp"
#include "server/db/row_buffer.hpp"
#include "server/db/value.hpp"

namespace mig::server {

// The rows of a result. Owns the memory of its values, into which views point.
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

    // These rows must be in the memory that the constructor was given.
    void set(RowBuffer const &rows) noexcept { rows_ = rows; }

    std::size_t size() const { return rows_.count; }
    // The column of a query that has just one. For others, an enum next to the SELECT names the columns.
    static constexpr int only_column = 0;
    // A column that was not selected is NULL.
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
    std::vector<std::string> texts(std::size_t row, int column) const; // the elements of a text[]; empty for NULL
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
    read,  // read only, with the snapshot of the statement that called us
    fresh, // with a new snapshot, which sees what others have committed meanwhile; may write
};

Rows query(const char *sql, std::initializer_list<Value> parameters, Access access = Access::read);
Rows query(const char *sql, std::vector<Value> const &parameters, Access access);

// A query that one call executes many times. It is prepared at the first execution.
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

// A query whose plan is kept until the session ends. It must have static storage, a literal, and parameters of the same
// types each time. The plan is generic, so that it is made only once whatever the values are.
//
// The server plans the query again when something that the plan depends on has changed: a table or function in it, the
// search_path, or the role if row security applies (plancache.c). Permissions are checked in each execution. So the
// caller sets the user and the search_path, as for query().
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
