// report(): what is pending, for a pull request, a program or a code scanner.
#include "server/pending_report.hpp"

#include "api/arguments.hpp"

extern "C" {
#include "utils/builtins.h"
}

using namespace mig;

MIG_FUNCTION(migrator_report) {
    api::Arguments const arguments(fcinfo);
    report::Format const format = report::format_named(arguments.text(0, "format"));
    std::optional<std::string> const target = arguments.optional_text(1);
    std::string const source_root = arguments.optional_text(2).value_or("");
    report::Report report = server::pending_report(arguments.module(3), target);
    report.source_root = source_root;
    std::string const rendered = report::render(format, report);
    const char *const chars = rendered.data();
    int const length = static_cast<int>(rendered.size());
    return PointerGetDatum(pg::guarded([=] { return cstring_to_text_with_len(chars, length); }));
}
