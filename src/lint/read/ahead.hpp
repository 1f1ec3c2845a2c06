// What the statements of a migration do, by name: for rules that look ahead. Looked up, because a rule that walks over
// all that follows, for each statement, takes the square of their number.
#pragma once

#include "lint/world/world.hpp"
#include "server/prepare/steps.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace mig::server::lint {

class Ahead {
  public:
    enum class What : char {
        primary_key,         // added to a table
        constraint,          // added to a table; part: its name
        index,               // on a table
        leading_columns,     // of an index on a table; part: see LeadingColumns
        view,                // made
        function,            // made
        search_path,         // set for a function
        analyze,             // of a table; no name: of all
        publication,         // altered
        subscription,        // altered
        policy,              // on a table
        forced_row_security, // of a table
        enabled_triggers     // of a table
    };

    void read(Step const &step, Node *const *first, Node *const *last);

    // In a statement from `first` to before `last`, which are among those that were read. Of a relation that is named
    // with its schema, or without one, that is.
    bool comes(Node *const *first, Node *const *last, What what, std::string const &name,
               std::string const &part = {}) const;
    bool comes(Node *const *first, Node *const *last, What what, Table const &relation) const;
    // The last statement that does it; null: none.
    Node *last(What what, std::string const &name) const;

    // A word, in lower case, of a statement of the migration that is about a function or procedure.
    bool names_in_routines(std::string const &word) const { return routine_words_.count(word) > 0; }

  private:
    void read_routines(Step const &step);
    void read(Node const *statement, std::size_t position);
    void read(AlterTableStmt const &statement, std::size_t position);
    void note(std::size_t position, What what, std::string const &name, std::string const &part = {});
    void note(std::size_t position, What what, RangeVar const *relation);

    Node *const *first_ = nullptr;
    std::unordered_map<std::string, std::vector<std::size_t>> places_; // rising
    std::unordered_set<std::string> routine_words_;
};

} // namespace mig::server::lint
