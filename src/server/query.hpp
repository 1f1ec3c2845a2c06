// SQL against the server from C++: parameters in, rows out, through SPI. The text is a constant of ours with $n
// parameters; who runs it, and with which search_path, is the caller's to set (owner.hpp).
#pragma once

#include "bridge/guard.hpp"

namespace mig::server {

struct Parameter {
    enum class Type : unsigned char { text, bigint, integer, boolean, real, timestamp };
    Type type;
    bool is_null = false;
    std::string_view text = {};
    std::int64_t number = 0; // bigint, integer, boolean, timestamp
    double real = 0;
    std::vector<Parameter> const *elements = nullptr; // of an array of `type`

    Parameter(std::string_view value) : type(Type::text), text(value) {}
    Parameter(std::string const &value) : type(Type::text), text(value) {}
    Parameter(const char *value) : type(Type::text), text(value) {}
    Parameter(std::optional<std::string_view> value)
        : type(Type::text), is_null(!value), text(value.value_or(std::string_view{})) {}
    Parameter(std::int64_t value) : type(Type::bigint), number(value) {}
    Parameter(std::int32_t value) : type(Type::integer), number(value) {}
    Parameter(std::uint32_t value) : type(Type::integer), number(value) {}
    Parameter(bool value) : type(Type::boolean), number(value) {}
    Parameter(double value) : type(Type::real), real(value) {}
    // `all` must stay alive.
    static Parameter array(std::vector<Parameter> const &all) {
        Parameter parameter(std::int64_t{0});
        parameter.type = all.front().type;
        parameter.elements = &all;
        return parameter;
    }
    static Parameter timestamp(std::int64_t value) {
        Parameter parameter(value);
        parameter.type = Type::timestamp;
        return parameter;
    }
};

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

Rows query(const char *sql, std::initializer_list<Parameter> parameters, Access access = Access::read);
Rows query(const char *sql, Parameter const *parameters, std::size_t count); // Access::fresh

// The same text many times: planned once. Lives no longer than the call that made it.
class PreparedQuery {
  public:
    explicit PreparedQuery(const char *sql) : sql_(sql) {}
    PreparedQuery(PreparedQuery const &) = delete;
    PreparedQuery &operator=(PreparedQuery const &) = delete;
    ~PreparedQuery();
    Rows operator()(std::initializer_list<Parameter> parameters);

  private:
    const char *sql_;
    void *plan_ = nullptr; // SPIPlanPtr
};

} // namespace mig::server
