#include "lint/read/lookahead.hpp"
#include "core/text/text.hpp"

#include "core/base/interruption.hpp"
#include "lint/read/leading_columns.hpp"
#include "lint/read/words.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

namespace mig::server::lint {

namespace {

// One map for all effects: the letter in front keeps them apart, the line feed a name from its part.
std::string key_of(Lookahead::Effect effect, std::string const &name, std::string const &part) {
    return std::string(1, static_cast<char>('a' + static_cast<char>(effect))) + name + '\n' + part;
}

std::string qualified(const char *schema, std::string const &name) {
    return std::string(schema ? schema : "") + '.' + name;
}

} // namespace

void Lookahead::read(Step const &step, Node *const *first, Node *const *last) {
    first_ = first;
    positions_.clear();
    read_routines(step);
    for (Node *const *statement = first; statement != last; ++statement) {
        check_for_interrupts();
        read(*statement, static_cast<std::size_t>(statement - first));
    }
}

// The words alone are enough, whatever they mean: a rule that would report a routine whose body the migration leaves
// stale stays silent if any statement about routines mentions its name.
void Lookahead::read_routines(Step const &step) {
    routine_words_.clear();
    for (Statement const &statement : step.statements) {
        check_for_interrupts();
        std::string_view const command = statement.command;
        bool const about_routine = command.find("FUNCTION") != command.npos ||
                                   command.find("PROCEDURE") != command.npos || command.find("ROUTINE") != command.npos;
        if (!about_routine)
            continue;
        std::string const text = lower_case(sql_of(step.body, statement));
        each_word(text, [&](std::size_t offset, std::size_t length) {
            check_for_interrupts();
            routine_words_.insert(text.substr(offset, length));
        });
    }
}

// For indexes, keys and ANALYZE the table is noted without its schema: a rule stays silent rather than report what a
// later statement may take care of.
void Lookahead::read(Node const *statement, std::size_t position) {
    if (auto const *alter = MIG_AS(AlterTableStmt, statement))
        read(*alter, position);
    else if (auto const *index = MIG_AS(IndexStmt, statement); index && index->relation) {
        std::string const table = index->relation->relname;
        // Twice: as any index of the table, which may replace one that is dropped, and by the columns that it can be
        // searched by.
        note(position, Effect::index, table);
        LeadingColumns::each_beginning(columns_of_index(*index), [&](std::string const &columns) {
            note(position, Effect::leading_columns, table, columns);
        });
    } else if (auto const *view = MIG_AS(ViewStmt, statement))
        note(position, Effect::view, view->view);
    else if (auto const *function = MIG_AS(CreateFunctionStmt, statement))
        // Without schema and arguments, which decide what is replaced only together with the search_path and the
        // catalog.
        note(position, Effect::function, last_name(function->funcname));
    else if (auto const *changed = MIG_AS(AlterFunctionStmt, statement); changed && sets_search_path(changed->actions))
        note(position, Effect::search_path, last_name(changed->func->objname));
    else if (auto const *policy = MIG_AS(CreatePolicyStmt, statement))
        note(position, Effect::policy, policy->table);
    else if (MIG_AS(AlterPublicationStmt, statement))
        note(position, Effect::publication, "");
    else if (auto const *subscription = MIG_AS(AlterSubscriptionStmt, statement))
        note(position, Effect::subscription, subscription->subname);
    else if (auto const *analyze = MIG_AS(VacuumStmt, statement)) {
        if (analyze->rels == NIL)
            note(position, Effect::analyze, "");
        each<VacuumRelation>(analyze->rels, [&](VacuumRelation const &target) {
            if (target.relation)
                note(position, Effect::analyze, target.relation->relname);
        });
    }
}

void Lookahead::read(AlterTableStmt const &statement, std::size_t position) {
    std::string const table = statement.relation->relname;
    each<AlterTableCmd>(statement.cmds, [&](AlterTableCmd const &command) {
        if (Constraint const *const added = added_constraint(command)) {
            if (added->contype == CONSTR_PRIMARY)
                note(position, Effect::primary_key, table);
            // A name that the server will choose is not compared with that of a dropped constraint.
            if (added->conname)
                note(position, Effect::constraint, table, added->conname);
        }
        switch (command.subtype) {
        case AT_ForceRowSecurity:
            return note(position, Effect::forced_row_security, statement.relation);
        // Not ENABLE REPLICA TRIGGER: such a trigger stays off unless session_replication_role is replica ("ALTER
        // TABLE").
        case AT_EnableTrig:
        case AT_EnableAlwaysTrig:
        case AT_EnableTrigAll:
        case AT_EnableTrigUser:
            return note(position, Effect::enabled_triggers, statement.relation);
        default:
            return;
        }
    });
}

void Lookahead::note(std::size_t position, Effect effect, std::string const &name, std::string const &part) {
    std::vector<std::size_t> &positions = positions_[key_of(effect, name, part)];
    // An ALTER TABLE may do the same twice. Statements come in order, so the list stays sorted for occurs().
    if (positions.empty() || positions.back() != position)
        positions.push_back(position);
}

// Under the name as it is written, with or without a schema: what an unqualified name means may change in between.
void Lookahead::note(std::size_t position, Effect effect, RangeVar const *relation) {
    if (relation)
        note(position, effect, qualified(relation->schemaname, relation->relname));
}

bool Lookahead::occurs(Node *const *first, Node *const *last, Effect effect, std::string const &name,
                       std::string const &part) const {
    auto const found = positions_.find(key_of(effect, name, part));
    if (found == positions_.end() || first == last)
        return false;
    auto const next =
        std::lower_bound(found->second.begin(), found->second.end(), static_cast<std::size_t>(first - first_));
    return next != found->second.end() && *next < static_cast<std::size_t>(last - first_);
}

bool Lookahead::occurs(Node *const *first, Node *const *last, Effect effect, Table const &relation) const {
    // Two look-ups instead of a World for every statement to come: a name without schema may mean another table, and
    // then the rule is needlessly silent.
    return occurs(first, last, effect, qualified(nullptr, relation.name)) ||
           occurs(first, last, effect, qualified(relation.schema.c_str(), relation.name));
}

Node *Lookahead::last_statement(Effect effect, std::string const &name) const {
    auto const found = positions_.find(key_of(effect, name, {}));
    return found == positions_.end() ? nullptr : first_[found->second.back()];
}

} // namespace mig::server::lint
