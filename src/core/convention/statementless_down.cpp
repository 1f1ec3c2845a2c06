#include "core/base/interruption.hpp"
#include "core/convention/convention_table.hpp"
#include "core/text/lines.hpp"

namespace mig {

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

// Without the lines that begin with two dashes.
bool has_other_lines(std::string_view text) {
    for (Lines lines(text); lines.next();) {
        look_for_interrupts();
        if (!is_blank(lines.line()) && lines.line().substr(0, 2) != "--")
            return true;
    }
    return false;
}

} // namespace

bool runs_without_statement(Convention const &convention, std::string_view down) {
    if (convention.has(trait::trims_down))
        return !is_blank(down);
    if (convention.has(trait::needs_bytes))
        return !down.empty();
    if (convention.has(trait::blank_down))
        return is_blank(down);
    if (convention.has(trait::drops_lines))
        return has_other_lines(down);
    return convention.has(trait::empty_down);
}

} // namespace mig
