#include "api/arguments.hpp"

#include "server/db/query.hpp"
#include "server/load/loading.hpp"

extern "C" {
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
