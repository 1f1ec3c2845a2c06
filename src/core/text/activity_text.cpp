#include "core/text/activity_text.hpp"

#include <charconv>

namespace mig {

namespace {

constexpr std::string_view opening = "/* migrator ", closing = " */ ", of = " of ", down = " down",
                           statement = " statement ", place = "/* migration ";

std::optional<std::uint32_t> number_of(std::string_view text) {
    std::uint32_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

bool cut_suffix(std::string_view &text, std::string_view suffix) {
    if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix)
        return false;
    text.remove_suffix(suffix.size());
    return true;
}

// `3 of 7`. False: it has another form.
bool read_numbers(std::string_view text, std::uint32_t &number, std::uint32_t &total) {
    std::size_t const middle = text.find(of);
    if (middle == std::string_view::npos)
        return false;
    auto const first = number_of(text.substr(0, middle)), second = number_of(text.substr(middle + of.size()));
    if (!first || !second)
        return false;
    number = *first;
    total = *second;
    return true;
}

// Removes ` statement 3 of 7` from the end of the head, where it is. False: it has another form.
bool cut_number(std::string_view &head, ActivityText &activity) {
    std::size_t const at = head.rfind(statement);
    if (at == std::string_view::npos)
        return true;
    if (!read_numbers(head.substr(at + statement.size()), activity.number, activity.total))
        return false;
    head = head.substr(0, at);
    return true;
}

// Removes `/* migration 2 of 10 */ ` from the beginning of the statement, where it is.
void cut_place(ActivityText &activity) {
    if (activity.sql.substr(0, place.size()) != place)
        return;
    std::size_t const end = activity.sql.find(closing);
    if (end != std::string_view::npos &&
        read_numbers(activity.sql.substr(place.size(), end - place.size()), activity.migration, activity.migrations))
        activity.sql.remove_prefix(end + closing.size());
}

} // namespace

std::string to_text(ActivityText const &activity) {
    std::string text(opening);
    text += activity.version;
    if (activity.module != "main")
        text.append(of).append(activity.module);
    if (activity.down)
        text += down;
    if (activity.total > 0)
        text.append(statement)
            .append(std::to_string(activity.number))
            .append(of)
            .append(std::to_string(activity.total));
    text.append(closing);
    if (activity.migrations > 0)
        text.append(place)
            .append(std::to_string(activity.migration))
            .append(of)
            .append(std::to_string(activity.migrations))
            .append(closing);
    return text.append(activity.sql);
}

std::optional<ActivityText> parse_activity(std::string_view text) {
    if (text.substr(0, opening.size()) != opening)
        return std::nullopt;
    text.remove_prefix(opening.size());
    std::size_t const end = text.find(closing);
    if (end == std::string_view::npos)
        return std::nullopt;
    std::string_view head = text.substr(0, end);
    ActivityText activity;
    activity.sql = text.substr(end + closing.size());
    cut_place(activity);
    if (!cut_number(head, activity))
        return std::nullopt;
    activity.down = cut_suffix(head, down);
    std::size_t const module = head.find(of);
    activity.version = head.substr(0, module);
    activity.module = module == std::string_view::npos ? "main" : head.substr(module + of.size());
    return activity;
}

} // namespace mig
