#include "core/migration/allowance.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <charconv>

namespace mig {

namespace {

constexpr std::string_view prefix = "allow=", before_line = " line ";
constexpr const char *form = "Write \"-- migrator: allow=RULE reason\" on a line of its own, with a rule that "
                             "migrator.lint() names and the reason why it is acceptable here.";

[[noreturn]] void refuse(std::string const &where, const char *what) {
    throw Failure(sqlstate::malformed_file, where + ": " + what, {}, form);
}

bool is_in_rule_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

} // namespace

std::optional<Allowance> allowance_of(std::string_view words, std::string const &where) {
    constexpr std::string_view name = "allow";
    if (!same_word(words.substr(0, name.size()), name))
        return std::nullopt;
    words = trim_blanks(words.substr(name.size()));
    if (words.empty() || words.front() != '=')
        return std::nullopt;
    words = trim_blanks(words.substr(1));
    std::size_t const end = std::min(words.find_first_of(" \t\f\v"), words.size());
    std::string rule = lower_case(words.substr(0, end));
    if (rule.empty())
        refuse(where, "allow needs the name of a rule");
    if (!std::all_of(rule.begin(), rule.end(), is_in_rule_name))
        refuse(where, "allow takes one rule");
    std::string reason(trim_blanks(words.substr(end)));
    if (reason.empty())
        refuse(where, "allow needs a reason after the rule");
    return Allowance{std::move(rule), std::move(reason)};
}

std::string to_text(Allowance const &allowance) {
    std::string const line = allowance.line ? std::string(before_line) + std::to_string(allowance.line) : "";
    return std::string(prefix) + allowance.rule + line + ": " + allowance.reason;
}

std::optional<Allowance> parse_stored_allowance(std::string_view line) {
    std::size_t const colon = line.find(": ");
    if (line.substr(0, prefix.size()) != prefix || colon == std::string_view::npos)
        return std::nullopt;
    Allowance allowance;
    allowance.reason = line.substr(colon + 2);
    std::string_view head = line.substr(prefix.size(), colon - prefix.size());
    if (std::size_t const at = head.find(before_line); at != std::string_view::npos) {
        std::string_view const number = head.substr(at + before_line.size());
        std::from_chars(number.data(), number.data() + number.size(), allowance.line);
        head = head.substr(0, at);
    }
    allowance.rule = head;
    return allowance;
}

AllowedRules::AllowedRules(std::vector<Allowance> const &allowances) {
    for (Allowance const &allowance : allowances) {
        check_for_interrupts();
        places_.emplace(std::pair(std::string_view(allowance.rule), allowance.line), &allowance);
    }
}

Allowance const *AllowedRules::find(std::string_view rule, std::uint32_t line) const {
    for (std::uint32_t const place : {line, std::uint32_t{0}})
        if (auto const found = places_.find({rule, place}); found != places_.end())
            return found->second;
    return nullptr;
}

} // namespace mig
