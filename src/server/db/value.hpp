// A value that is passed to the server: a parameter of a query, or a column of a result.
#pragma once

#include "bridge/postgres.hpp"

namespace mig::server {

// A view: text and the elements of an array must stay alive. A migrator.version is passed as text.
struct Value {
    enum class Type : unsigned char { text, bigint, integer, boolean, real, timestamp, datum };
    Type type = Type::text;
    bool is_null = false;
    Oid datum_type = InvalidOid; // of Type::datum
    std::string_view text = {};
    std::int64_t number = 0; // bigint, integer, boolean, timestamp, datum
    double real = 0;
    std::vector<Value> const *elements = nullptr;    // of an array of `type`
    std::vector<std::string> const *texts = nullptr; // of a text[]

    Value() : is_null(true) {}
    Value(std::string_view value) : text(value) {}
    Value(std::string const &value) : text(value) {}
    Value(const char *value) : text(value) {}
    Value(std::int64_t value) : type(Type::bigint), number(value) {}
    Value(std::int32_t value) : type(Type::integer), number(value) {}
    Value(std::uint32_t value) : type(Type::integer), number(value) {}
    Value(bool value) : type(Type::boolean), number(value) {}
    Value(double value) : type(Type::real), real(value) {}
    // A null is of the type that the value would have.
    template <class T>
    Value(std::optional<T> const &value) : Value(value ? Value(*value) : Value(T{}).as_null()) {}
    // A text[]; null when it is empty.
    Value(std::vector<std::string> const &all) : is_null(all.empty()), texts(&all) {}
    static Value timestamp(std::int64_t value) {
        Value result(value);
        result.type = Type::timestamp;
        return result;
    }
    // A Datum of the server's; what it points to must stay alive.
    static Value from_datum(std::optional<Datum> datum, Oid type) {
        Value result(static_cast<std::int64_t>(datum.value_or(0)));
        result.type = Type::datum;
        result.datum_type = type;
        result.is_null = !datum;
        return result;
    }
    Value as_null() const {
        Value result(*this);
        result.is_null = true;
        return result;
    }
    // Null when it is empty.
    static Value text_array(std::vector<Value> const &all) {
        Value result;
        result.is_null = all.empty();
        result.elements = &all;
        return result;
    }
    static Value array(std::vector<Value> const &all) {
        Value result;
        result.type = all.front().type;
        result.is_null = false;
        result.elements = &all;
        return result;
    }
};

// Call these in guarded frames: they allocate in CurrentMemoryContext and may raise an ERROR.
Oid type_of(Value const &value);
Datum datum_of(Value const &value); // 0 for null

} // namespace mig::server
