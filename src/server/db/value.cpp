#include "server/db/value.hpp"

extern "C" {
#include "access/toast_compression.h"
#include "access/toast_internals.h"
#include "catalog/pg_type.h"
#include "common/pg_lzcompress.h"
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

// With the server's own method, from the text itself: no copy of it in full. 0: it would not be smaller.
Datum pglz_compressed(std::string_view value) {
    auto const size = static_cast<int32>(value.size());
    auto *const result = static_cast<char *>(palloc(PGLZ_MAX_OUTPUT(size) + VARHDRSZ_COMPRESSED));
    int32 const length = pglz_compress(value.data(), size, result + VARHDRSZ_COMPRESSED, PGLZ_strategy_default);
    if (length < 0) {
        pfree(result);
        return Datum{0};
    }
    SET_VARSIZE_COMPRESSED(result, length + VARHDRSZ_COMPRESSED);
    TOAST_COMPRESS_SET_SIZE_AND_COMPRESS_METHOD(result, size, TOAST_PGLZ_COMPRESSION_ID);
    return PointerGetDatum(result);
}

Datum lz4_compressed(std::string_view value) {
    Datum const text = text_datum(value), compressed = toast_compress_datum(text, TOAST_LZ4_COMPRESSION);
    pfree(DatumGetPointer(text));
    return compressed;
}

// The planner copies a parameter into the plan, the executor that into a tuple, and only then is it compressed for its
// TOAST table: a large text is compressed before all that, so that the copies are small.
Datum text_parameter(std::string_view value) {
    constexpr std::size_t large = 1 << 20;
    if (value.size() < large)
        return text_datum(value);
    Datum const compressed =
        default_toast_compression == TOAST_LZ4_COMPRESSION ? lz4_compressed(value) : pglz_compressed(value);
    return DatumGetPointer(compressed) ? compressed : text_datum(value);
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
    return value.type == Value::Type::text ? text_parameter(value.text) : scalar(value);
}

} // namespace mig::server
