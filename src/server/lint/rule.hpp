// The rules of lint(): entries of one table (rules.cpp), one function each. README names each, with an example and the
// safe way to write it.
#pragma once

#include "core/finding.hpp"
#include "server/lint/ahead.hpp"
#include "server/lint/migrated.hpp"
#include "server/lint/world.hpp"
#include "server/steps.hpp"

namespace mig::server::lint {

// Statements of a migration, without those that only bring rows: no rule looks for them.
struct Trees {
    Node *const *first, *const *last;
    Node *const *begin() const { return first; }
    Node *const *end() const { return last; }
    bool empty() const { return first == last; }
    Node *front() const { return *first; }
};

// One statement, or a migration as a whole (node is then null), and what the database will be when it runs.
struct Subject {
    Node *node; // as raw_parser() gave it
    std::string_view sql;
    std::size_t index, count; // from 0; of the statements of this migration
    bool in_transaction;      // with other statements of the migration
    World &world;             // before this statement; of a migration as a whole: after its last
    Migrated &migrated;       // what earlier statements of this transaction did
    Migrated &migration;      // what earlier statements of this migration did: for a migration as a whole, all of it
    Step const &step;
    Trees all;    // of the migration
    Trees later;  // of them, those behind this one
    Trees behind; // of those, the ones in the same transaction
    Ahead const &ahead; // by what they do

    // True once per `key` in a transaction: for what is to be said once.
    bool first(std::string key) const;
};

// Says what a rule found.
class Report {
  public:
    virtual void add(Severity severity, std::string message, std::string hint) = 0;

  protected:
    ~Report() = default;
};

// Of all pending migrations and the history at once.
struct History {
    Catalog const &catalog;
    RunPlan const &plan;
    Steps const &steps;
    World &world;
};

class HistoryReport {
  public:
    virtual void add(std::string_view version, Severity severity, std::string message, std::string hint) = 0;

  protected:
    ~HistoryReport() = default;
};

struct Rule {
    const char *name;   // create-index-without-concurrently: public, never changes
    const char *hazard; // what goes wrong, in a line
    void (*check)(Subject const &subject, Report &report);
    enum class Of : unsigned char { statement, migration } of = Of::statement;
    void (*history)(History const &history, HistoryReport &report) = nullptr; // instead of check
};

// A group of them: each file of rules defines its own, and rules.cpp joins them.
struct Rules {
    Rule const *first, *last;
    Rule const *begin() const { return first; }
    Rule const *end() const { return last; }
};
Rules lock_rules() noexcept;
Rules lock_order_rules() noexcept;
Rules partition_rules() noexcept;
Rules rewrite_rules() noexcept;
Rules scan_rules() noexcept;
Rules non_transactional_rules() noexcept;
Rules destructive_rules() noexcept;
Rules client_compatibility_rules() noexcept;
Rules replication_rules() noexcept;
Rules security_rules() noexcept;
Rules history_rules() noexcept;
Rules design_rules() noexcept;

// All groups. `-- migrator: allow=NAME reason` and README go by the names of their rules.
std::vector<Rules> rules();

} // namespace mig::server::lint
