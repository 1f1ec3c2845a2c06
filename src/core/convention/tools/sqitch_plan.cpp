#include "core/convention/tools/sqitch_plan.hpp"

#include "core/base/digits.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/comments.hpp"
#include "core/text/lines.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <map>

namespace mig {

namespace {

using Words = std::string_view;

bool is_one_of(char c, Words set) { return set.find(c) != Words::npos; }

constexpr Words blanks = " \t";
constexpr Words punctuation = "-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~"; // not '_'
constexpr const char *name_rules =
    "Names do not begin or end with punctuation, do not end in one of ~/=%^ followed by digits, and "
    "contain none of @ : # \\ [ ].";

// Whether Sqitch would accept it as the name of a change, a tag or a project.
bool is_name(Words text) {
    if (text.empty() || is_one_of(text.front(), punctuation) || is_one_of(text.back(), punctuation))
        return false;
    if (text.find_first_of(":@#\\[] \t") != Words::npos)
        return false;
    std::size_t const last = text.find_last_not_of("0123456789");
    return last == Words::npos || last + 1 == text.size() || !is_one_of(text[last], "~/=%^");
}

// Whether it begins like the SHA-1 by which Sqitch identifies a change.
bool is_id(Words text) {
    return text.size() >= 40 && text.substr(0, 40).find_first_not_of("0123456789abcdef") == Words::npos;
}

// Removes and returns what precedes the first of the characters `ends` in `rest`. Blanks after it are removed too.
Words take_until(Words &rest, Words ends) {
    std::size_t const end = std::min(rest.find_first_of(ends), rest.size());
    Words const result = rest.substr(0, end);
    rest = trim_blanks(rest.substr(end));
    return result;
}

// `2013-08-15T20:12:31Z` as digits; empty if it is not a valid time.
std::string digits_of_time(Words text) {
    constexpr Words form = "dddd-dd-ddTdd:dd:ddZ";
    std::string digits;
    if (text.size() != form.size())
        return {};
    for (std::size_t i = 0; i < form.size(); ++i) {
        if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i])
            return {};
        if (form[i] == 'd')
            digits += text[i];
    }
    auto const part = [&](std::size_t begin) { return (digits[begin] - '0') * 10 + digits[begin + 1] - '0'; };
    int const century = part(0), year = part(2), month = part(4);
    bool const leap = year % 4 == 0 && (year != 0 || century % 4 == 0);
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool const exists = month >= 1 && month <= 12 && part(6) >= 1 &&
                        part(6) <= days[month - 1] + (leap && month == 2 ? 1 : 0) && part(8) <= 23 && part(10) <= 59 &&
                        part(12) <= 60; // 60: a leap second
    return exists ? digits : std::string();
}

// What a change and a tag have in common: `name [dependencies] time planner <email>`.
struct Entry {
    Words name, dependencies, planner;
    std::string planned_at;
};

class PlanReader {
  public:
    PlanReader(Words text, std::string const &path) : lines_(text), path_(path) {}

    SqitchPlan read() {
        while (lines_.next()) {
            check_for_interrupts();
            read_line(trim_blanks(lines_.line().substr(0, lines_.line().find('#')))); // a note begins with #
        }
        if (plan_.project.empty())
            refuse_missing_project();
        return std::move(plan_);
    }

  private:
    [[noreturn]] void refuse(std::string const &what, std::string detail = {}, std::string hint = {}) const {
        throw Failure(sqlstate::malformed_file, path_ + ", line " + std::to_string(lines_.number()) + ": " + what,
                      std::move(detail), std::move(hint));
    }

    [[noreturn]] void refuse_missing_project() const {
        throw Failure(sqlstate::malformed_file, path_ + ": no project", {},
                      "A plan begins with the line \"%project=\" and the name of the project.");
    }

    void read_line(Words line) {
        if (line.empty())
            return;
        if (line.front() == '%')
            read_pragma(trim_blanks(line.substr(1)));
        else if (plan_.project.empty())
            refuse_missing_project();
        else if (line.front() == '@')
            add_tag(read_entry(line.substr(1)));
        else
            add_change(line);
    }

    void read_pragma(Words pragma) {
        if (!plan_.changes.empty())
            refuse("a pragma after a change", {}, "Pragmas belong at the top of the plan.");
        Words const name = trim_blanks(take_until(pragma, "="));
        Words const value = trim_blanks(pragma.empty() ? pragma : pragma.substr(1));
        if (name != "project")
            return; // %uri, %syntax-version: no effect on how a change runs
        if (!is_name(value))
            refuse(quoted_excerpt(value) + " is not a valid project name", {}, name_rules);
        plan_.project = value;
    }

    // Parses what follows the operator of a change, or the `@` of a tag.
    Entry read_entry(Words rest) const {
        Entry entry;
        entry.name = take_until(rest, " \t[");
        if (!is_name(entry.name))
            refuse(quoted_excerpt(entry.name) + " is not a valid name", {}, name_rules);
        if (entry.name == "ROOT" || entry.name == "HEAD")
            refuse(std::string(entry.name) + " is a reserved name", {}, "Choose another.");
        if (is_id(entry.name))
            refuse(quoted_excerpt(entry.name) + " looks like the SHA-1 of a change", {}, "Choose another name.");
        if (!rest.empty() && rest.front() == '[') {
            rest.remove_prefix(1);
            entry.dependencies = take_until(rest, "]");
            if (rest.empty())
                refuse("an unterminated list of dependencies, or nothing after it", {}, line_form);
            rest = trim_blanks(rest.substr(1));
        }
        entry.planned_at = digits_of_time(take_until(rest, blanks));
        if (entry.planned_at.empty())
            refuse("no time after the name", {}, line_form);
        entry.planner = rest;
        std::size_t const email = rest.find('<');
        bool const complete = email != Words::npos && !trim_blanks(rest.substr(0, email)).empty() &&
                              is_one_of(rest[email - 1], blanks) && rest.find('>', email) == rest.size() - 1 &&
                              rest.size() - email > 2;
        if (!complete)
            refuse("no planner after the time", {}, line_form);
        return entry;
    }

    void add_tag(Entry const &entry) {
        if (plan_.changes.empty())
            refuse("tag @" + std::string(entry.name) + " follows no change");
        if (!entry.dependencies.empty())
            refuse("a tag has no dependencies", {}, "Give them to the change before it.");
        if (is_one_of('/', entry.name))
            refuse("a tag name cannot contain '/'");
        auto const [first, added] = tags_.emplace(entry.name, plan_.tags.size());
        if (!added)
            refuse("a second tag @" + std::string(entry.name),
                   "The first is on line " + std::to_string(plan_.tags[first->second].line) + ".");
        std::size_t const change = plan_.changes.size() - 1;
        if (plan_.tags.empty() || plan_.tags.back().change != change) // of several tags on a change, the first
            reworks_ = plan_.tags.size();
        plan_.tags.push_back({std::string(entry.name), change, lines_.number()});
        section_ = plan_.changes.size();
    }

    void add_change(Words line) {
        // A plan may say what to do with a change: deploy (+, the default) or revert (-).
        if (line.front() == '-')
            refuse("a change that is to be reverted", {}, "Remove the line, or write the revert as a change.");
        if (line.front() == '+')
            line = trim_blanks(line.substr(1));
        Entry const entry = read_entry(line);
        PlannedChange change{
            std::string(entry.name), std::string(entry.name), entry.planned_at, std::string(entry.planner), {}, {},
            lines_.number()};
        add_dependencies(change, entry.dependencies);
        std::vector<std::size_t> &instances = changes_[entry.name];
        if (!instances.empty())
            rework(plan_.changes[instances.back()], instances.back());
        instances.push_back(plan_.changes.size());
        plan_.changes.push_back(std::move(change));
    }

    // A later change has the same name: `sqitch rework` has renamed the scripts of the earlier one to `name@tag`.
    void rework(PlannedChange &earlier, std::size_t position) const {
        if (position >= section_)
            refuse("a second change " + quoted_excerpt(earlier.name),
                   "The first is on line " + std::to_string(earlier.line) + ".",
                   "Only a change that has been tagged since can be reworked: put a tag between the two.");
        earlier.script += "@" + plan_.tags[reworks_].name;
        auto const first_after =
            std::lower_bound(plan_.tags.begin(), plan_.tags.end(), position,
                             [](PlannedTag const &tag, std::size_t change) { return tag.change < change; });
        earlier.first_tag = static_cast<std::size_t>(first_after - plan_.tags.begin());
        earlier.end_of_tags = plan_.tags.size();
    }

    void add_dependencies(PlannedChange &change, Words list) const {
        std::vector<Words> seen;
        for (list = trim_blanks(list); !list.empty();) {
            check_for_interrupts();
            Words word = take_until(list, blanks);
            seen.push_back(word);
            bool const conflict = word.front() == '!';
            word.remove_prefix(conflict ? 1 : 0);
            PlannedDependency dependency = read_dependency(word);
            if (!conflict && dependency.project.empty() && !dependency.change)
                refuse(quoted_excerpt(change.name) + " requires " + quoted_excerpt(word) +
                           ", which does not come before it",
                       {}, "Move the change down, or correct the name.");
            (conflict ? change.conflicts : change.requirements).push_back(std::move(dependency));
        }
        std::sort(seen.begin(), seen.end());
        if (auto const twice = std::adjacent_find(seen.begin(), seen.end()); twice != seen.end())
            refuse("dependency " + quoted_excerpt(*twice) + " is given twice", {}, "Remove one of the two.");
    }

    PlannedDependency read_dependency(Words word) const {
        Words const whole = word;
        std::size_t const colon = word.find(':');
        bool const has_project = colon != Words::npos;
        Words const project = has_project ? word.substr(0, colon) : Words();
        word.remove_prefix(has_project ? colon + 1 : 0);
        if (is_id(word) && word.size() == 40)
            refuse("dependency on a change by its SHA-1 " + quoted_excerpt(word), {},
                   "Write the name of the change, or its name and a tag: name@tag.");
        std::size_t const at = word.find('@');
        bool const has_tag = at != Words::npos;
        Words const name = word.substr(0, at), tag = has_tag ? word.substr(at + 1) : Words();
        if ((has_project && !is_name(project)) || (has_tag ? !is_name(tag) : name.empty()) ||
            (!name.empty() && !is_name(name)))
            refuse(quoted_excerpt(whole) + " is not a dependency", {},
                   "Forms are name, @tag, name@tag, each also with project: before it, and ! before a conflict.");
        bool const own = project.empty() || project == plan_.project;
        return {std::string(own ? Words() : project), std::string(name), std::string(tag),
                own ? find_change(name, tag) : std::nullopt};
    }

    // The newest change of that name; with a tag, the newest up to the tag.
    std::optional<std::size_t> find_change(Words name, Words tag) const {
        std::size_t last = plan_.changes.size();
        if (!tag.empty()) {
            auto const known = tags_.find(tag);
            if (known == tags_.end())
                return std::nullopt;
            last = plan_.tags[known->second].change;
            if (name.empty())
                return last;
        }
        auto const named = changes_.find(name);
        if (named == changes_.end())
            return std::nullopt;
        std::vector<std::size_t> const &instances = named->second;
        auto const after = std::upper_bound(instances.begin(), instances.end(), last);
        return after == instances.begin() ? std::nullopt : std::optional<std::size_t>(*(after - 1));
    }

    static constexpr const char *line_form =
        "A change is written: name [requirement !conflict] 2026-03-01T12:00:00Z Planner Name <email> # note";

    Lines lines_;
    std::string const &path_;
    SqitchPlan plan_;
    std::map<Words, std::vector<std::size_t>> changes_; // positions in the plan by name
    std::map<Words, std::size_t> tags_;
    std::size_t section_ = 0; // the first change after the newest tag
    std::size_t reworks_ = 0; // the first tag of the newest change that has one
};

} // namespace

SqitchPlan parse_sqitch_plan(std::string_view text, std::string const &path) { return PlanReader(text, path).read(); }

} // namespace mig
