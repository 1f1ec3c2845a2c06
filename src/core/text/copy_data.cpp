#include "core/text/copy_data.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

bool ends_data(std::string_view line) {
    return line == "\\.\n" || line == "\\.\r\n" || line == "\\."; // the last: at the end of the text
}

} // namespace

std::size_t next_line(std::string_view text, std::size_t offset) noexcept {
    std::size_t const end = text.find('\n', offset);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t end_of_copy_data(std::string_view text, std::size_t begin) {
    for (std::size_t at = begin; at < text.size();) {
        check_for_interrupts();
        std::size_t const next = next_line(text, at);
        if (ends_data(text.substr(at, next - at)))
            return next;
        at = next;
    }
    return text.size();
}

std::string_view copy_rows(std::string_view data) noexcept {
    std::string_view const unended =
        data.substr(0, data.empty() || data.back() != '\n' ? data.size() : data.size() - 1);
    std::size_t const last = unended.rfind('\n') == std::string_view::npos ? 0 : unended.rfind('\n') + 1;
    return ends_data(data.substr(last)) ? data.substr(0, last) : data;
}

} // namespace mig
