#include "server/db/value.hpp"

extern "C" {
#include "access/toast_compression.h"
#include "access/toast_internals.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

Oid scalar_type(Value const &value) {
    switch (value.type) {
    case Value::Type::text:
        return TEXTOID;
    case Value::Type::bigint:
        return INT8OID;
    case Value::Type::integer:
        return INT4OID;
    case Value::Type::boolean:
        return BOOLOID;
    case Value::Type::real:
        return FLOAT8OID;
    case Value::Type::timestamp:
        return TIMESTAMPTZOID;
    case Value::Type::datum:
        return value.datum_type;
    }
    return InvalidOid;
}

Datum text_datum(std::string_view value) {
    return PointerGetDatum(cstring_to_text_with_len(value.data(), static_cast<int>(value.size())));
}

// The planner copies a parameter into the plan, the executor that into a tuple, and only then is it compressed for its
// TOAST table: a large text is compressed before all that, so that the copies are small.
Datum compressed_if_large(Datum text) {
    constexpr Size large = Size{1} << 20;
    if (VARSIZE(DatumGetPointer(text)) < large)
        return text;
    Datum const compressed = toast_compress_datum(text, InvalidCompressionMethod); // default_toast_compression
    if (!DatumGetPointer(compressed)) // it would not be smaller
        return text;
    pfree(DatumGetPointer(text));
    return compressed;
}

Datum scalar(Value const &value) {
    switch (value.type) {
    case Value::Type::text:
        return text_datum(value.text);
    case Value::Type::bigint:
    case Value::Type::timestamp:
        return Int64GetDatum(value.number);
    case Value::Type::integer:
        return Int32GetDatum(static_cast<std::int32_t>(value.number));
    case Value::Type::boolean:
        return BoolGetDatum(value.number != 0);
    case Value::Type::real:
        return Float8GetDatum(value.real);
    case Value::Type::datum:
        return static_cast<Datum>(value.number);
    }
    return Datum{0};
}

Datum array_of(Datum *values, bool *nulls, int count, Oid type) {
    int16 length;
    bool by_value;
    char alignment;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    int lower_bound = 1;
    return PointerGetDatum(
        construct_md_array(values, nulls, 1, &count, &lower_bound, type, length, by_value, alignment));
}

// Of elements of the same type, which the first one has.
Datum array(Value const *elements, int count) {
    Oid const type = scalar_type(elements[0]);
    auto *const values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(count)));
    auto *const nulls = static_cast<bool *>(palloc(static_cast<Size>(count)));
    for (int i = 0; i < count; ++i) {
        nulls[i] = elements[i].is_null;
        values[i] = nulls[i] ? Datum{0} : scalar(elements[i]);
    }
    return array_of(values, nulls, count, type);
}

Datum array(std::string const *elements, int count) {
    auto *const values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(count)));
    for (int i = 0; i < count; ++i)
        values[i] = text_datum(elements[i]);
    return array_of(values, nullptr, count, TEXTOID);
}

} // namespace

Oid type_of(Value const &value) {
    Oid const type = scalar_type(value);
    return value.elements || value.texts ? get_array_type(type) : type;
}

Datum datum_of(Value const &value) {
    if (value.elements && !value.is_null)
        return array(value.elements->data(), static_cast<int>(value.elements->size()));
    if (value.texts && !value.is_null)
        return array(value.texts->data(), static_cast<int>(value.texts->size()));
    if (value.is_null)
        return Datum{0};
    return value.type == Value::Type::text ? compressed_if_large(scalar(value)) : scalar(value);
}

} // namespace mig::server
