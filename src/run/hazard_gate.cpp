#include "run/hazard_gate.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "lint/lint.hpp"
#include "server/db/settings.hpp"

#include <algorithm>

namespace mig::server {

namespace {

// How many findings are listed; the first run on a database may have thousands.
constexpr std::size_t most_listed = 20;

Origin const &origin_of(Finding const &finding, Steps const &steps) {
    auto const found = std::find_if(steps.list.begin(), steps.list.end(),
                                    [&](Step const &step) { return step.origin.version == finding.version; });
    return (found == steps.list.end() ? steps.list.front() : *found).origin;
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

std::string how_many_more(std::size_t count) {
    return count > most_listed
               ? "... and " + std::to_string(count - most_listed) + " more: SELECT * FROM migrator.lint()"
               : "";
}

void warn(std::vector<Finding> const &findings, Steps const &steps) {
    for (std::size_t i = 0; i < std::min(findings.size(), most_listed); ++i)
        pg::warning(text_of(findings[i], steps), findings[i].hint);
    if (findings.size() > most_listed)
        pg::warning(how_many_more(findings.size()));
}

[[noreturn]] void refuse(std::vector<Finding> const &findings, Steps const &steps) {
    std::string detail;
    for (std::size_t i = 0; i < std::min(findings.size(), most_listed); ++i)
        detail += text_of(findings[i], steps) + "\n";
    if (findings.size() > most_listed)
        detail += how_many_more(findings.size()) + "\n";
    throw Failure(
        sqlstate::hazard,
        findings.size() == 1 ? "the pending migrations have a hazard"
                             : "the pending migrations have " + std::to_string(findings.size()) + " hazards",
        detail + "Nothing was run.",
        "SELECT * FROM migrator.lint() shows a safe way for each. To accept one, write \"-- migrator: "
        "allow=RULE reason\" above the statement and load the file again, or SET migrator.on_hazard = 'warn'.");
}

} // namespace

void check_hazards(PreparedRun const &run) {
    settings::OnHazard const on_hazard = settings::on_hazard();
    if (on_hazard == settings::OnHazard::ignore || run.direction == Direction::down)
        return;
    std::vector<Finding> findings = lint::findings(run.catalog, run.plan, run.steps);
    // The plan itself has warned about migrations that are out of order, or refused them: see migrator.out_of_order.
    auto const is_no_hazard = [](Finding const &finding) {
        return finding.severity == Severity::info || finding.rule == std::string_view("out-of-order");
    };
    findings.erase(std::remove_if(findings.begin(), findings.end(), is_no_hazard), findings.end());
    if (findings.empty())
        return;
    if (on_hazard == settings::OnHazard::error)
        refuse(findings, run.steps);
    warn(findings, run.steps);
}

} // namespace mig::server
