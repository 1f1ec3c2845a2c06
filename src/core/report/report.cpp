#include "core/report/report.hpp"

#include "core/base/failure.hpp"
#include "core/text/text.hpp"

namespace mig::report {

namespace {

struct Named {
    const char *name;
    Format format;
    std::string (*render)(Report const &);
};
constexpr Named formats[] = {{"markdown", Format::markdown, markdown},
                             {"text", Format::text, text},
                             {"html", Format::html, html},
                             {"json", Format::json, json},
                             {"sarif", Format::sarif, sarif}};

} // namespace

Format format_named(std::string_view word) {
    std::string const lower = lower_case(word);
    for (Named const &one : formats)
        if (one.name == lower)
            return one.format;
    throw Failure(sqlstate::invalid_parameter, "unknown report format " + quoted_excerpt(word), {},
                  "The formats are markdown, text, html, json and sarif.");
}

const char *name_of(Format format) noexcept {
    for (Named const &one : formats)
        if (one.format == format)
            return one.name;
    return "";
}

std::string render(Format format, Report const &report) {
    for (Named const &one : formats)
        if (one.format == format)
            return one.render(report);
    return {};
}

std::string path_of(Report const &report, Migration const &migration) {
    std::string_view file = migration.source ? *migration.source : std::string_view();
    while (file.substr(0, 2) == "./")
        file.remove_prefix(2);
    std::string path = report.source_root;
    while (path.substr(0, 2) == "./")
        path.erase(0, 2);
    while (!path.empty() && path.back() == '/')
        path.pop_back();
    if (path == ".")
        path.clear();
    if (!file.empty() && file.front() == '/') // loaded under an absolute name
        return std::string(file);
    if (!path.empty())
        path += '/';
    return path += file.empty() ? migration.version + "_" + migration.name + ".sql" : std::string(file);
}

} // namespace mig::report
