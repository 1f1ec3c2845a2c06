// An index of what the statements of a migration do, by name, for rules that look ahead. Without it a rule would walk
// over all later statements for each statement, in quadratic time.
#pragma once

#include "lint/world/world.hpp"
#include "server/prepare/steps.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mig::server::lint {

class Lookahead {
  public:
    enum class Effect : char {
        primary_key,         // added to a table
        constraint,          // added to a table; part: the constraint's name
        index,               // on a table
        leading_columns,     // of an index on a table; part: see LeadingColumns
        view,                // created
        function,            // created
        search_path,         // set for a function
        analyze,             // of a table; empty name: of all tables
        publication,         // altered
        subscription,        // altered
        policy,              // on a table
        forced_row_security, // of a table
        enabled_triggers     // of a table
    };

    // Indexes a migration, in place of the one before. The trees are those of its statements.
    void read(Step const &step, Node *const *first, Node *const *last);

    // Whether a statement in [first, last), a range of those that were read, does it. A Table matches statements that
    // name it with its schema or without one.
    bool occurs(Node *const *first, Node *const *last, Effect effect, std::string const &name,
                std::string const &part = {}) const;
    bool occurs(Node *const *first, Node *const *last, Effect effect, Table const &relation) const;
    // The last statement that does it, or null.
    Node *last_statement(Effect effect, std::string const &name) const;

    // Whether a statement about a function or procedure contains `word`, which is in lower case.
    bool routines_mention(std::string const &word) const { return routine_words_.count(word) > 0; }

  private:
    void read_routines(Step const &step);
    void read(Node const *statement, std::size_t position);
    void read(AlterTableStmt const &statement, std::size_t position);
    void note(std::size_t position, Effect effect, std::string const &name, std::string const &part = {});
    void note(std::size_t position, Effect effect, RangeVar const *relation);

    Node *const *first_ = nullptr;
    std::unordered_map<std::string, std::vector<std::size_t>> positions_; // of statements, ascending; by key_of()
    std::unordered_set<std::string> routine_words_;
};

} // namespace mig::server::lint
