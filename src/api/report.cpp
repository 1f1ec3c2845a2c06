// report(), reports(), plan_token(): what is pending, for a pull request, a browser, a program or a code scanner.
#include "call/pending_report.hpp"
#include "call/plan_items.hpp"

#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "core/report/html_text.hpp"
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

// Of text in SQL_ASCII nobody knows the encoding: what is no UTF-8 in it is shown as bytes.
static std::string html_of(report::Report const &report) {
    std::string rendered = report::html(report);
    if (!report.utf8 && GetDatabaseEncoding() != PG_SQL_ASCII)
        rendered = to_utf8(rendered);
    return report::to_ascii(report::escape_invisible(rendered));
}

static std::string rendered_as(report::Format format, report::Report const &report) {
    if (format == report::Format::html)
        return html_of(report);
    if (format == report::Format::sarif && !report.utf8) {
        report::Report in_utf8 = report;
        name_files_in_utf8(in_utf8);
        return report::render(format, in_utf8);
    }
    std::string rendered = report::render(format, report);
    return report.utf8 ? report::escape_invisible(rendered) : rendered;
}

MIG_FUNCTION(migrator_report) {
    api::Arguments const arguments(fcinfo);
    report::Format const format = report::format_named(arguments.text(0, "format"));
    std::optional<std::string> const target = arguments.optional_text(1);
    report::Report report = server::pending_report(arguments.module(3), target);
    report.source_root = arguments.optional_text(2).value_or("");
    std::string const rendered = rendered_as(format, report);
    const char *const chars = rendered.data();
    int const length = static_cast<int>(rendered.size());
    return PointerGetDatum(pg::guarded([=] { return cstring_to_text_with_len(chars, length); }));
}

// All from one rehearsal, which the names of the formats are read before.
MIG_FUNCTION(migrator_reports) {
    api::Arguments const arguments(fcinfo);
    std::vector<std::string> const names = arguments.texts(0, "formats");
    std::vector<report::Format> formats;
    for (std::string const &name : names)
        formats.push_back(report::format_named(name));
    std::optional<std::string> const target = arguments.optional_text(1);
    std::string const module = arguments.module(3);
    if (formats.empty())
        throw Failure(sqlstate::invalid_parameter, "argument formats must not be empty", {},
                      "The formats are markdown, text, html, json and sarif.");
    report::Report report = server::pending_report(module, target);
    report.source_root = arguments.optional_text(2).value_or("");
    api::ResultSet rows(fcinfo);
    for (report::Format const format : formats)
        rows.add({{"format", report::name_of(format)}, {"content", rendered_as(format, report)}});
    return Datum{0};
}

// plan_token(): by which apply() recognizes what a report was about.
MIG_FUNCTION(migrator_plan_token) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    std::string const token = server::plan_token_of(arguments.module(1), target);
    const char *const chars = token.c_str();
    return PointerGetDatum(pg::guarded([=] { return cstring_to_text(chars); }));
}
