// What a rule of lint() is: an entry in a table of its group, with one function that checks a statement, a migration or
// the whole plan. docs/lint-rules.md lists the rules, each with an example and the safe way to write it.
#pragma once

#include "core/base/finding.hpp"
#include "lint/read/subject.hpp"

namespace mig::server::lint {

// Receives what a rule finds. The place is the statement that is being checked.
class Report {
  public:
    // The message says what happens to whom, as a clause; the hint says how to write it safely, as sentences.
    virtual void add(Severity severity, std::string message, std::string hint) = 0;

  protected:
    ~Report() = default;
};

// What a rule checks that needs all pending migrations and the history at once.
struct PlanSubject {
    Catalog const &catalog;
    RunPlan const &plan;
    Steps const &steps;
    World &world; // after the last pending statement
};

// Receives what such a rule finds, by migration.
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
    enum class Scope : unsigned char { statement, migration } scope = Scope::statement; // what check() is called for
    void (*check_plan)(PlanSubject const &subject, PlanReport &report) = nullptr;       // instead of check
    bool once = false; // of all its findings the first is reported, with how many others there are
};

// A group of rules: the first file of each group ends in its table, and rules.cpp joins the tables.
struct Rules {
    Rule const *first, *last;
    Rule const *begin() const { return first; }
    Rule const *end() const { return last; }
};

} // namespace mig::server::lint
