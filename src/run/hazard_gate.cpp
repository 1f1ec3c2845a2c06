#include "run/hazard_gate.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "lint/lint.hpp"
#include "server/db/settings.hpp"

#include <algorithm>

namespace mig::server {

namespace {

// What is told one by one; a first run on a database may have thousands.
constexpr std::size_t most = 20;

Origin const &origin_of(Finding const &finding, Steps const &steps) {
    auto const step = std::find_if(steps.list.begin(), steps.list.end(),
                                   [&](Step const &one) { return one.origin.version == finding.version; });
    return (step == steps.list.end() ? steps.list.front() : *step).origin;
}

// `migration 7 (init), file 7_init.sql line 12, statement 3: drop-column: column ...`
std::string text_of(Finding const &finding, Steps const &steps) {
    Origin const &origin = origin_of(finding, steps);
    std::uint32_t const line = finding.line > 0 ? static_cast<std::uint32_t>(finding.line) : origin.first_line;
    std::string text = describe(origin, line - origin.first_line + 1);
    if (finding.statement > 0)
        text += ", statement " + std::to_string(finding.statement);
    return text + ": " + finding.rule + ": " + finding.message;
}

std::string more_than(std::size_t count) {
    return count > most ? "... and " + std::to_string(count - most) + " more: SELECT * FROM migrator.lint()" : "";
}

void warn(std::vector<Finding> const &findings, Steps const &steps) {
    for (std::size_t i = 0; i < std::min(findings.size(), most); ++i)
        pg::warning(text_of(findings[i], steps), findings[i].hint);
    if (findings.size() > most)
        pg::warning(more_than(findings.size()));
}

[[noreturn]] void refuse(std::vector<Finding> const &findings, Steps const &steps) {
    std::string detail;
    for (std::size_t i = 0; i < std::min(findings.size(), most); ++i)
        detail += text_of(findings[i], steps) + "\n";
    if (findings.size() > most)
        detail += more_than(findings.size()) + "\n";
    throw Failure(
        sqlstate::hazard,
        findings.size() == 1 ? "the pending migrations have a hazard"
                             : "the pending migrations have " + std::to_string(findings.size()) + " hazards",
        detail + "Nothing was run.",
        "SELECT * FROM migrator.lint() has the safe way of each. Where one may be so, write \"-- migrator: "
        "allow=RULE reason\" above the statement and load the file again, or SET migrator.on_hazard = 'warn'.");
}

} // namespace

void heed_hazards(PreparedRun const &run) {
    settings::OnHazard const heed = settings::on_hazard();
    if (heed == settings::OnHazard::ignore || run.direction == Direction::down)
        return;
    std::vector<Finding> findings = lint::findings(run.catalog, run.plan, run.steps);
    // What is out of order the plan has told of, or refused, as migrator.out_of_order has it.
    auto const is_told = [](Finding const &one) {
        return one.severity == Severity::info || one.rule == std::string_view("out-of-order");
    };
    findings.erase(std::remove_if(findings.begin(), findings.end(), is_told), findings.end());
    if (findings.empty())
        return;
    if (heed == settings::OnHazard::error)
        refuse(findings, run.steps);
    warn(findings, run.steps);
}

} // namespace mig::server
