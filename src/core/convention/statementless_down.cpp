#include "core/base/interruption.hpp"
#include "core/convention/convention_table.hpp"
#include "core/text/lines.hpp"

namespace mig {

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

// Whether any line that is not blank does not begin with two dashes.
bool has_other_lines(std::string_view text) {
    for (Lines lines(text); lines.next();) {
        check_for_interrupts();
        if (!is_blank(lines.line()) && lines.line().substr(0, 2) != "--")
            return true;
    }
    return false;
}

} // namespace

bool runs_without_statement(Convention const &convention, std::string_view down) {
    switch (convention.runs_empty_down) {
    case EmptyDown::always:
        return true;
    case EmptyDown::not_blank:
        return !is_blank(down);
    case EmptyDown::not_empty:
        return !down.empty();
    case EmptyDown::only_blank:
        return is_blank(down);
    case EmptyDown::not_commented_out:
        return has_other_lines(down);
    case EmptyDown::never:
        break;
    }
    return false;
}

} // namespace mig
