// load(), load_file(), load_dir(), unload().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "server/loading.hpp"
#include "server/preconditions.hpp"
#include "server/record.hpp"

extern "C" {
#include "utils/builtins.h"
}

using namespace mig;

static void add(api::ResultSet &rows, server::FileResult const &file) {
    rows.add({file.version, file.name, file.action, file.source, file.reason});
}

MIG_FUNCTION(migrator_load) {
    api::Arguments const arguments(fcinfo);
    server::require_writable("migrator.load()");
    std::string const version = arguments.text(0, "version"), name = arguments.text(1, "name"),
                      up = arguments.text(2, "up");
    std::optional<std::string> const down = arguments.optional_text(3), verify = arguments.optional_text(4);
    server::MigrationStore store(arguments.module(5));
    const char *const action = server::word(server::load_text(store, version, name, up, down, verify));
    return pg::guarded([=] { return CStringGetTextDatum(action); });
}

MIG_FUNCTION(migrator_load_file) {
    api::Arguments const arguments(fcinfo);
    server::require_writable("migrator.load_file()");
    std::string const file_name = arguments.text(0, "filename"), content = arguments.text(1, "content");
    std::string const module = arguments.module(2);
    api::ResultSet rows(fcinfo);
    add(rows, server::load_client_file(module, file_name, content));
    return Datum{0};
}

MIG_FUNCTION(migrator_load_dir) {
    api::Arguments const arguments(fcinfo);
    server::require_server_file_access();
    server::require_writable("migrator.load_dir()");
    std::string const path = arguments.text(0, "path"), convention = arguments.text(1, "convention");
    std::string const module = arguments.module(2);
    api::ResultSet rows(fcinfo);
    for (server::FileResult const &file : server::load_directory(module, path, convention))
        add(rows, file);
    return Datum{0};
}

MIG_FUNCTION(migrator_unload) {
    api::Arguments const arguments(fcinfo);
    std::string const version = arguments.text(0, "version");
    server::unload(arguments.module(1), version);
    return Datum{0};
}
