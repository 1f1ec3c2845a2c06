// The type migrator.version, represented as the text of its spelling.
#include "bridge/boundary.hpp"
#include "core/base/version.hpp"

extern "C" {
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
}

using mig::Failure;
namespace pg = mig::pg;

namespace {

// The stored spelling; detoasted, so that the view stays valid until the function's memory is freed.
std::string_view argument(FunctionCallInfo call, int number) {
    Datum const datum = call->args[number].value;
    const text *const flat = pg::guarded([=] { return DatumGetTextPP(datum); });
    return {VARDATA_ANY(flat), VARSIZE_ANY_EXHDR(flat)};
}

int compare(FunctionCallInfo call) { return mig::version::compare(argument(call, 0), argument(call, 1)); }

Datum checked(std::string_view version) {
    if (std::string const why = mig::version::why_invalid(version); !why.empty())
        throw Failure(mig::sqlstate::invalid_text,
                      "invalid input syntax for type migrator.version: \"" + std::string(version) + "\"", why + ".");
    const char *const chars = version.data();
    int const length = static_cast<int>(version.size());
    return PointerGetDatum(pg::guarded([=] { return cstring_to_text_with_len(chars, length); }));
}

} // namespace

MIG_FUNCTION(migrator_version_in) { return checked(DatumGetCString(fcinfo->args[0].value)); }

MIG_FUNCTION(migrator_version_out) {
    Datum const datum = fcinfo->args[0].value;
    return CStringGetDatum(pg::guarded([=] { return TextDatumGetCString(datum); }));
}

MIG_FUNCTION(migrator_version_recv) {
    auto *const buffer = reinterpret_cast<StringInfo>(DatumGetPointer(fcinfo->args[0].value));
    const char *const chars = pg::guarded([=] {
        int length = 0;
        return static_cast<const char *>(pq_getmsgtext(buffer, buffer->len - buffer->cursor, &length));
    });
    return checked(chars);
}

MIG_FUNCTION(migrator_version_send) {
    return pg::guarded([=] { return textsend(fcinfo); });
}

MIG_FUNCTION(migrator_version_lt) { return BoolGetDatum(compare(fcinfo) < 0); }
MIG_FUNCTION(migrator_version_le) { return BoolGetDatum(compare(fcinfo) <= 0); }
MIG_FUNCTION(migrator_version_eq) { return BoolGetDatum(compare(fcinfo) == 0); }
MIG_FUNCTION(migrator_version_ne) { return BoolGetDatum(compare(fcinfo) != 0); }
MIG_FUNCTION(migrator_version_ge) { return BoolGetDatum(compare(fcinfo) >= 0); }
MIG_FUNCTION(migrator_version_gt) { return BoolGetDatum(compare(fcinfo) > 0); }
MIG_FUNCTION(migrator_version_cmp) { return Int32GetDatum(compare(fcinfo)); }

MIG_FUNCTION(migrator_version_hash) {
    std::string const key = mig::version::canonical(argument(fcinfo, 0));
    auto const *const bytes = reinterpret_cast<const unsigned char *>(key.data());
    int const length = static_cast<int>(key.size());
    return pg::guarded([=] { return hash_any(bytes, length); });
}

MIG_FUNCTION(migrator_version_smaller) { return fcinfo->args[compare(fcinfo) <= 0 ? 0 : 1].value; }
MIG_FUNCTION(migrator_version_larger) { return fcinfo->args[compare(fcinfo) >= 0 ? 0 : 1].value; }
