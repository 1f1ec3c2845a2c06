#include "core/adopt/unadopted.hpp"

#include "core/base/interruption.hpp"
#include "core/plan/plan.hpp"
#include "core/text/migrator_call.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig {

namespace {

constexpr std::size_t most_listed = 5;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A date at least: two projects have the same by chance so rarely that it does not matter.
bool is_long(std::string_view version) { return std::count_if(version.begin(), version.end(), is_digit) >= 8; }

// `Create users` and create_users.
bool same_name(std::string_view a, std::string_view b) {
    auto const essence = [](std::string_view name) {
        std::string text = lower_case(name);
        text.erase(std::remove_if(
                       text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80 && !is_digit(c) && !is_letter(c); }),
                   text.end());
        return text;
    };
    return essence(a) == essence(b);
}

enum class Evidence : unsigned char { none, weak, strong };

Evidence evidence_of(Adoption::Mark const &mark) {
    ToolEntry const &entry = *mark.entry;
    switch (entry.match) {
    case ToolEntry::Match::up_to:
    case ToolEntry::Match::word:
        return Evidence::weak;
    case ToolEntry::Match::name:
        return entry.file.empty() ? Evidence::weak : Evidence::strong;
    case ToolEntry::Match::file:
        return is_long(entry.key) || std::any_of(entry.key.begin(), entry.key.end(), is_letter) ? Evidence::strong
                                                                                                : Evidence::weak;
    case ToolEntry::Match::version:
        break;
    }
    if (is_long(entry.key))
        return Evidence::strong;
    if (entry.name.empty())
        return Evidence::weak;
    return same_name(entry.name, mark.migration->name()) ? Evidence::strong : Evidence::none;
}

std::string described(HistoryTable const &history) {
    return "history of " + std::string(history.tool->title) + ", table " + history.table->quoted;
}

std::string adopt_call(HistoryTable const &history, std::string_view module) {
    std::string const tool = std::string(history.tool->words[0]) + ":" + history.table->quoted;
    return "SELECT * FROM " + migrator_call("adopt", sql_literal(tool), module);
}

} // namespace

std::vector<Migration const *> ran_elsewhere(Adoption const &adoption, std::vector<Migration const *> const &pending,
                                             bool first_run) {
    std::unordered_set<Migration const *> const wanted(pending.begin(), pending.end());
    std::unordered_set<Migration const *> marked;
    for (Adoption::Mark const &mark : adoption.marks) {
        check_for_interrupts();
        Evidence const evidence = evidence_of(mark);
        if (evidence == Evidence::strong || (evidence == Evidence::weak && first_run))
            marked.insert(mark.migration);
    }
    std::vector<Migration const *> ran;
    std::copy_if(pending.begin(), pending.end(), std::back_inserter(ran),
                 [&](Migration const *migration) { return marked.count(migration) > 0; });
    return ran;
}

std::string unadopted_warning(HistoryTable const &history, std::vector<Migration const *> const &ran,
                              std::size_t pending) {
    std::string list;
    for (std::size_t i = 0; i < std::min(ran.size(), most_listed); ++i)
        append_item(list, label(*ran[i]));
    if (ran.size() > most_listed)
        list += " and " + std::to_string(ran.size() - most_listed) + " more";
    std::string const what = pending == 1 ? "the pending migration has"
                                          : std::to_string(ran.size()) + " of " + std::to_string(pending) +
                                                " pending migrations " + (ran.size() == 1 ? "has" : "have");
    return "the " + described(history) + ", says that " + what + " run already: " + list;
}

std::string unadopted_hint(HistoryTable const &history, std::string_view module) {
    return "Mark what has run as applied: " + adopt_call(history, module) +
           ". Otherwise it runs again. If that history is about something else, there is nothing to do.";
}

std::string unreadable_warning(HistoryTable const &history, std::string_view role) {
    return "there is a " + described(history) + ", which role \"" + std::string(role) +
           "\" may not read: whether pending migrations have run already is not known";
}

std::string unreadable_hint(HistoryTable const &history, std::string_view module) {
    return "If it is about these migrations, have a role that may read it mark them as applied: " +
           adopt_call(history, module) + ".";
}

} // namespace mig
