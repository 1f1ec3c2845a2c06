// The rules of lint(): entries of one table (rules.cpp), one function each. README names each, with an example and the
// safe way to write it.
#pragma once

#include "core/base/finding.hpp"
#include "lint/read/subject.hpp"

namespace mig::server::lint {

// Says what a rule found.
class Report {
  public:
    virtual void add(Severity severity, std::string message, std::string hint) = 0;

  protected:
    ~Report() = default;
};

// Of all pending migrations and the history at once.
struct PlanSubject {
    Catalog const &catalog;
    RunPlan const &plan;
    Steps const &steps;
    World &world;
};

class PlanReport {
  public:
    virtual void add(std::string_view version, Severity severity, std::string message, std::string hint) = 0;

  protected:
    ~PlanReport() = default;
};

struct Rule {
    const char *name;   // create-index-without-concurrently: public, never changes
    const char *hazard; // what goes wrong, in a line
    void (*check)(Subject const &subject, Report &report);
    enum class Of : unsigned char { statement, migration } of = Of::statement;
    void (*check_plan)(PlanSubject const &subject, PlanReport &report) = nullptr; // instead of check
};

// A group of them: each file of rules defines its own, and rules.cpp joins them.
struct Rules {
    Rule const *first, *last;
    Rule const *begin() const { return first; }
    Rule const *end() const { return last; }
};

} // namespace mig::server::lint
