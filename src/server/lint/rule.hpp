// The rules of lint(): entries of one table (rules.cpp), one function each. README names each, with an example and the
// safe way to write it.
#pragma once

#include "core/finding.hpp"
#include "server/lint/world.hpp"

namespace mig::server::lint {

// One statement, or a migration as a whole (node is then null), and what the database will be when it runs.
struct Subject {
    Node *node; // as raw_parser() gave it
    std::string_view sql;
    Statement::Kind kind;
    std::size_t index, count; // from 0; of the statements of this migration
    bool transactional;       // the migration runs in one transaction
    World &world;             // before this statement
    Migrated &migrated;       // what earlier statements of this migration did
    Step const &step;
};

// Says what a rule found.
class Report {
  public:
    virtual void add(Severity severity, std::string message, std::string hint) = 0;

  protected:
    ~Report() = default;
};

struct Rule {
    const char *name;   // create-index-without-concurrently: public, never changes
    const char *hazard; // what goes wrong, in a line
    void (*check)(Subject const &subject, Report &report);
    enum class Of : unsigned char { statement, migration, history } of = Of::statement;
};

// `-- migrator: allow=NAME reason` and README go by these names.
struct Rules {
    Rule const *first, *last;
    Rule const *begin() const { return first; }
    Rule const *end() const { return last; }
};
Rules rules() noexcept;

} // namespace mig::server::lint
