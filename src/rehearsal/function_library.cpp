#include "rehearsal/function_library.hpp"

#include <cstring>

extern "C" {
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/syscache.h"
}

namespace mig::server {

const char *library_of(HeapTuple function) {
    bool none = false;
    Datum const value = SysCacheGetAttr(PROCOID, function, Anum_pg_proc_probin, &none);
    if (none)
        return "";
    char *const path = TextDatumGetCString(value);
    char *const slash = std::strrchr(path, '/');
    char *const name = slash ? slash + 1 : path;
    if (char *const dot = std::strchr(name, '.'))
        *dot = '\0';
    return name;
}

const char *library_of(Oid function) {
    HeapTuple const tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple))
        return "";
    const char *const library = library_of(tuple);
    ReleaseSysCache(tuple);
    return library;
}

} // namespace mig::server
