#include "api/arguments.hpp"

#include "server/db/query.hpp"
#include "server/load/loading.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace mig::api {

void Arguments::require(int number, const char *name) const {
    if (call_->args[number].isnull)
        throw Failure(sqlstate::invalid_parameter, std::string("argument ") + name + " must not be null");
}

std::string Arguments::text(int number, const char *name) const { return std::string(bytes(number, name)); }

std::optional<std::string> Arguments::optional_text(int number) const {
    if (call_->args[number].isnull)
        return std::nullopt;
    return text(number, "");
}

std::int32_t Arguments::integer(int number, const char *name) const {
    require(number, name);
    return DatumGetInt32(call_->args[number].value);
}

bool Arguments::boolean(int number, const char *name) const {
    require(number, name);
    return DatumGetBool(call_->args[number].value);
}

bool Arguments::later_boolean(int number, const char *name) const {
    return has(number) && boolean(number, name);
}

std::optional<std::string> Arguments::later_text(int number) const {
    return has(number) ? optional_text(number) : std::nullopt;
}

std::vector<std::string> Arguments::texts(int number, const char *name) const {
    require(number, name);
    struct Elements {
        Datum *values;
        bool *nulls;
        int count;
    };
    Datum const array = call_->args[number].value;
    Elements const elements = pg::guarded([=] {
        Elements found{};
        deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &found.values, &found.nulls,
                          &found.count);
        for (int i = 0; i < found.count; ++i)
            if (!found.nulls[i])
                found.values[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(found.values[i]));
        return found;
    });
    std::vector<std::string> result;
    for (int i = 0; i < elements.count; ++i) {
        if (elements.nulls[i])
            throw Failure(sqlstate::invalid_parameter, std::string("argument ") + name + " must not hold a null");
        void const *const value = DatumGetPointer(elements.values[i]);
        result.emplace_back(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
    }
    return result;
}

std::string Arguments::module(int number) const {
    std::string name = text(number, "module");
    server::require_valid_module(name);
    return name;
}

std::string_view Arguments::bytes(int number, const char *name) const {
    require(number, name);
    Datum const datum = call_->args[number].value;
    const struct varlena *const flat = pg::guarded([=] { return PG_DETOAST_DATUM_PACKED(datum); });
    return {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
}

std::map<std::string, std::string> Arguments::json_object(int number, const char *name) const {
    std::map<std::string, std::string> members;
    if (call_->args[number].isnull)
        return members;
    Datum const datum = call_->args[number].value;
    const char *const json = pg::guarded([=] { return DatumGetCString(DirectFunctionCall1(jsonb_out, datum)); });
    if (*json != '{')
        throw Failure(sqlstate::invalid_parameter, std::string("argument ") + name + " must be a JSON object");
    struct Column {
        enum : int { key, value };
    };
    server::Rows const rows =
        server::query("SELECT key, value FROM pg_catalog.jsonb_each_text($1::pg_catalog.jsonb)", {server::Value(json)});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows.is_null(i, Column::value))
            throw Failure(sqlstate::invalid_parameter, std::string("argument ") + name + ": \"" +
                                                           std::string(rows.text(i, Column::key)) +
                                                           "\" must not be null");
        members.emplace(rows.text(i, Column::key), rows.text(i, Column::value));
    }
    return members;
}

} // namespace mig::api
