// load(), load_file(), load_dir(), load_dirs(), load_tar(), unload().
#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "call/record.hpp"
#include "server/db/preconditions.hpp"
#include "server/load/loading.hpp"

extern "C" {
#include "utils/builtins.h"
}

using namespace mig;

MIG_FUNCTION(migrator_load) {
    api::Arguments const arguments(fcinfo);
    server::require_writable("migrator.load()");
    std::string const version = arguments.text(0, "version"), name = arguments.text(1, "name"),
                      up = arguments.text(2, "up");
    std::optional<std::string> const down = arguments.optional_text(3), verify = arguments.optional_text(4);
    std::string const module = arguments.module(5);
    const char *const action = server::word(server::load_text(module, {version, name, up, down, verify}));
    return pg::guarded([=] { return CStringGetTextDatum(action); });
}

// From the arguments that load_file(), load_dir() and load_tar() share, the first of which is number `first`.
static server::LoadOptions load_options(api::Arguments const &arguments, int first) {
    std::string const convention = arguments.text(first, "convention");
    server::require_known_convention(convention);
    return {arguments.module(first + 2), convention, arguments.json_object(first + 1, "placeholders")};
}

// Those of a load of all files, which end with keep_absent and strict.
static server::LoadOptions set_options(api::Arguments const &arguments) {
    server::LoadOptions options = load_options(arguments, 1);
    options.keep_absent = arguments.later_boolean(4, "keep_absent");
    options.strict = arguments.later_boolean(5, "strict");
    return options;
}

static Datum rows_of(FunctionCallInfo fcinfo, std::vector<server::FileResult> const &files) {
    api::ResultSet rows(fcinfo);
    for (server::FileResult const &file : files)
        rows.add({{"version", file.version},
                  {"name", file.name},
                  {"action", file.action},
                  {"source", file.source},
                  {"reason", file.reason}});
    return Datum{0};
}

MIG_FUNCTION(migrator_load_file) {
    api::Arguments const arguments(fcinfo);
    server::require_writable("migrator.load_file()");
    server::LoadOptions const options = load_options(arguments, 2);
    std::string const file_name = arguments.text(0, "filename");
    return rows_of(fcinfo, server::load_one_file(
                               options, server::SourceFiles::from_client(file_name, arguments.bytes(1, "content"))));
}

MIG_FUNCTION(migrator_load_dir) {
    api::Arguments const arguments(fcinfo);
    server::require_server_file_access();
    server::require_writable("migrator.load_dir()");
    server::LoadOptions const options = set_options(arguments);
    std::string const path = arguments.text(0, "path");
    return rows_of(fcinfo, server::load_files(options, server::SourceFiles::from_directory(path)));
}

MIG_FUNCTION(migrator_load_dirs) {
    api::Arguments const arguments(fcinfo);
    server::require_server_file_access();
    server::require_writable("migrator.load_dirs()");
    server::LoadOptions const options = set_options(arguments);
    std::vector<std::string> const paths = arguments.texts(0, "paths");
    return rows_of(fcinfo, server::load_files(options, server::SourceFiles::from_directories(paths)));
}

MIG_FUNCTION(migrator_load_tar) {
    api::Arguments const arguments(fcinfo);
    server::require_writable("migrator.load_tar()");
    server::LoadOptions const options = set_options(arguments);
    return rows_of(fcinfo,
                   server::load_files(options, server::SourceFiles::from_archive(arguments.bytes(0, "archive"))));
}

MIG_FUNCTION(migrator_unload) {
    api::Arguments const arguments(fcinfo);
    std::string const version = arguments.text(0, "version");
    server::unload(arguments.module(1), version);
    return Datum{0};
}
