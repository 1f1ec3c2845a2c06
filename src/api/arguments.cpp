#include "api/arguments.hpp"

#include "server/loading.hpp"

namespace mig::api {

void Arguments::require(int number, const char *name) const {
    if (call_->args[number].isnull)
        throw Failure(sqlstate::invalid_parameter, std::string("argument ") + name + " must not be null");
}

std::string Arguments::text(int number, const char *name) const {
    require(number, name);
    Datum const datum = call_->args[number].value;
    const struct varlena *const flat = pg::guarded([=] { return PG_DETOAST_DATUM_PACKED(datum); });
    return {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
}

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

} // namespace mig::api
