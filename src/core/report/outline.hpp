// What a report for people says before it goes into each migration: the same parts in the same order as Markdown, as
// text and as HTML. Each thing is said once: what has a part here is not repeated below.
#pragma once

#include "core/report/report.hpp"
#include "core/report/totals.hpp"

#include <unordered_map>

namespace mig::report {

struct Piece {
    enum class Kind : unsigned char { prose, code, alarm }; // alarm: prose that stands out
    Kind kind = Kind::prose;
    std::string text;
};
using Line = std::vector<Piece>;

struct Part {
    enum class Topic : unsigned char {
        fails,
        conflicts,
        removes,
        reads_wait,
        writes_wait,
        rewritten,
        scanned,
        irreversible,
        allowed,
        rehearsed,
        plan_token
    };
    Topic topic;
    const char *title; // static storage
    std::vector<Line> lines;
    std::size_t left_out = 0; // lines of too many
};

// Without parts that have nothing to say; the last one is always there.
std::vector<Part> outline(Report const &report, Totals const &all);

constexpr std::size_t most_lines = 20; // of a part

// `2 pending, 5 statements, fails, 1 warning`, and whether to be alarmed.
struct Headline {
    std::vector<Piece> pieces; // to be joined by commas
};
Headline headline(Report const &report, Totals const &all);

// Findings that say the same, word for word: the first is shown, with the places of the others.
class Repeated {
  public:
    explicit Repeated(Report const &report);
    bool is_repetition(Finding const &finding) const;
    // A part of the outline has it, or it is a repetition.
    bool is_told_elsewhere(Finding const &finding) const;
    std::string others_of(Finding const &finding) const; // `also in 3, 4 and 2 more`, or empty

  private:
    struct Group {
        Finding const *first = nullptr;
        std::vector<std::string> others; // versions
    };
    std::unordered_map<std::string, Group> groups_;
};

} // namespace mig::report
