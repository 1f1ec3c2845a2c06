#include "core/report/report.hpp"

#include "core/base/failure.hpp"
#include "core/text/text.hpp"

namespace mig::report {

Format format_named(std::string_view word) {
    std::string const lower = lower_case(word);
    if (lower == "markdown")
        return Format::markdown;
    if (lower == "json")
        return Format::json;
    if (lower == "sarif")
        return Format::sarif;
    throw Failure(sqlstate::invalid_parameter, "unknown report format " + quoted_excerpt(word), {},
                  "The formats are markdown, json and sarif.");
}

std::string render(Format format, Report const &report) {
    switch (format) {
    case Format::markdown:
        return markdown(report);
    case Format::json:
        return json(report);
    case Format::sarif:
        return sarif(report);
    }
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
