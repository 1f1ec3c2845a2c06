// The parts of the HTML report that are drawn, and what they share.
#pragma once

#include "core/report/outline.hpp"
#include "core/report/report.hpp"
#include "core/report/totals.hpp"

namespace mig::report {

extern const char *const html_style; // CSS; works without any attribute `style`, which the policy of the file refuses

// A bar for each table and lock that somebody waits for, below its migration, on one axis of time.
std::string html_timeline(Report const &report);
// The migrations on the left, the objects that they touch on the right; what is in conflict in red.
std::string html_graph(Report const &report);
// How large the tables are, and how much is written.
std::string html_sizes(Report const &report);
// Each with its findings and its SQL, folded.
std::string html_migrations(Report const &report);

// `<section id="ID"><h2>TITLE</h2>`, to be closed.
std::string html_section(std::string_view id, std::string_view title);
std::string html_code(std::string_view text);

} // namespace mig::report
