// report(): what is pending, for a pull request, a program or a code scanner.
#include "call/pending_report.hpp"

#include "api/arguments.hpp"
#include "core/report/invisible.hpp"

extern "C" {
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
}

using namespace mig;

static std::string to_utf8(std::string const &value) {
    const char *const from = value.c_str();
    int const length = static_cast<int>(value.size());
    return pg::guarded([=] { return static_cast<const char *>(pg_server_to_any(from, length, PG_UTF8)); });
}

// SARIF names files by URIs, whose percent-encoding is of UTF-8 bytes, whatever the encoding of the database.
static void name_files_in_utf8(report::Report &report) {
    std::string const root = to_utf8(std::exchange(report.source_root, {}));
    for (report::Migration &migration : report.migrations)
        migration.source = to_utf8(path_of(report, migration));
    report.source_root = root;
    report.utf8 = true;
}

MIG_FUNCTION(migrator_report) {
    api::Arguments const arguments(fcinfo);
    report::Format const format = report::format_named(arguments.text(0, "format"));
    std::optional<std::string> const target = arguments.optional_text(1);
    std::string const source_root = arguments.optional_text(2).value_or("");
    report::Report report = server::pending_report(arguments.module(3), target);
    report.source_root = source_root;
    bool const utf8 = report.utf8;
    if (format == report::Format::sarif && !report.utf8)
        name_files_in_utf8(report);
    std::string rendered = report::render(format, report);
    if (utf8)
        rendered = report::escape_invisible(rendered);
    const char *const chars = rendered.data();
    int const length = static_cast<int>(rendered.size());
    return PointerGetDatum(pg::guarded([=] { return cstring_to_text_with_len(chars, length); }));
}
