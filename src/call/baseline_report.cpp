#include "call/baseline_report.hpp"

#include "bridge/report.hpp"
#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig::server {

namespace {

constexpr std::size_t most_listed = 10;

std::string and_more(std::size_t count, const char *separator) {
    return count > most_listed ? separator + ("and " + std::to_string(count - most_listed)) + " more" : "";
}

std::string in_module(Catalog const &catalog) {
    return catalog.module() == "main" ? "" : " in module " + std::string(catalog.module());
}

std::string objects(std::size_t count) { return count == 1 ? "1 object" : std::to_string(count) + " objects"; }

} // namespace

BaselineReport::BaselineReport(Catalog const &catalog, std::vector<Migration const *> const &marked)
    : differences_(compare_with_database(catalog, marked)), in_module_(in_module(catalog)) {
    for (BaselineDifferences::Missing const &missing : differences_.missing) {
        check_for_interrupts();
        missing_[missing.version].push_back(&missing.object);
    }
}

std::string BaselineReport::note(std::string_view version) const {
    auto const found = missing_.find(version);
    if (found == missing_.end())
        return {};
    std::string text;
    for (std::size_t i = 0; i < std::min(found->second.size(), most_listed); ++i)
        text += (i ? ", " : "not in the database: ") + *found->second[i];
    return text + and_more(found->second.size(), ", ");
}

void BaselineReport::warn() const {
    if (std::size_t const count = differences_.missing.size()) {
        std::string detail;
        for (std::size_t i = 0; i < std::min(count, most_listed); ++i)
            detail +=
                (i ? "\n" : "") + differences_.missing[i].object + ", of migration " + differences_.missing[i].version;
        pg::warning(objects(count) + " of the baseline" + in_module_ + (count == 1 ? " is" : " are") +
                        " not in the database",
                    detail + and_more(count, "\n"),
                    differences_.missing_correctable
                        ? "Correct the file, load it and call baseline() again, which is accepted until something has "
                          "run on top of it; or create what is missing here."
                        : "Create what is missing here; or correct the file, load it and, after a review, "
                          "accept() it.");
    }
    if (std::size_t const count = differences_.not_created.size()) {
        std::string detail;
        for (std::size_t i = 0; i < std::min(count, most_listed); ++i)
            detail += (i ? "\n" : "") + differences_.not_created[i];
        pg::warning(objects(count) + " of the database" + (count == 1 ? " is" : " are") +
                        " created by no migration that counts as applied",
                    detail + and_more(count, "\n"),
                    "A database that is made from the files will not have " + std::string(count == 1 ? "it" : "them") +
                        ", unless a DO block, a function or dynamic SQL makes " + (count == 1 ? "it" : "them") + "." +
                        (differences_.any_correctable
                             ? " Add what is missing to the file, load it and call baseline() again."
                             : ""));
    }
}

void report_all_marked(Catalog const &catalog, std::string_view version) {
    pg::notice("everything up to " + std::string(version) + in_module(catalog) + " counts as applied already");
}

} // namespace mig::server
