#include "lint/lint.hpp"

#include "bridge/boundary.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/migration/allowance.hpp"
#include "lint/code/executed.hpp"
#include "lint/read/lock_modes.hpp"
#include "lint/read/refusals.hpp"
#include "lint/rules/rules.hpp"
#include "lint/world/raw_tree.hpp"
#include "lint/world/world.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/owner.hpp"
#include "server/db/quiet.hpp"
#include "server/db/scratch_memory.hpp"
#include "server/db/subtransaction.hpp"
#include "server/prepare/nothing_pending.hpp"

#include <algorithm>
#include <unordered_map>

extern "C" {
#include "catalog/pg_trigger.h"
#include "parser/parser.h"
#include "tcop/utility.h"
}

namespace mig::server::lint {

namespace {

// What the rules say, and what of it a migration allows.
struct Found {
    std::vector<Finding> findings;
    std::vector<Silenced> *silenced = nullptr; // null: nobody asks for these

    void add(Finding &&finding, Allowance const *allowed) {
        if (!allowed)
            findings.push_back(std::move(finding));
        else if (silenced)
            silenced->push_back({std::move(finding), allowed->reason});
    }
};

// Collects the findings about one migration, with the rule and the place that were set last.
class StepReport final : public Report {
  public:
    StepReport(Step const &step, Found &all) : step_(step), allowed_(step.directives.allowances), all_(all) {}

    void begin_rule(Rule const &rule, std::int32_t statement, std::uint32_t body_line) {
        rule_ = &rule;
        statement_ = statement;
        body_line_ = body_line;
    }
    // What follows is about a statement that the one on `line` executes: null, about itself.
    void begin_executed(Executed const *executed, std::uint32_t line) {
        outer_line_ = executed ? line : 0;
        place_ = executed ? executed->place : std::string();
    }
    void add(Severity severity, std::string message, std::string hint) override {
        if (!place_.empty())
            message.insert(0, "in " + place_ + ": ");
        std::uint32_t const line = step_.origin.first_line + (body_line_ ? body_line_ - 1 : 0);
        all_.add({step_.origin.version, statement_, static_cast<std::int32_t>(line), rule_->name, severity,
                  std::move(message), std::move(hint)},
                 allowance());
    }

  private:
    // Of the statement, or of the one that executes it.
    Allowance const *allowance() const {
        Allowance const *const found = allowed_.find(rule_->name, body_line_);
        return found || outer_line_ == 0 ? found : allowed_.find(rule_->name, outer_line_);
    }

    Step const &step_;
    AllowedRules const allowed_;
    Found &all_;
    Rule const *rule_ = nullptr;
    std::int32_t statement_ = 0;
    std::uint32_t body_line_ = 0, outer_line_ = 0;
    std::string place_; // in a routine
};

// Collects the findings of rules that read the whole plan. They may also be about migrations that are not pending:
// those have no step, so no line and nothing that allows a finding.
class HistoryReport final : public PlanReport {
  public:
    HistoryReport(Steps const &steps, Found &all) : all_(all) {
        for (Step const &step : steps.list)
            places_.emplace(step.origin.version, Place{&step, AllowedRules(step.directives.allowances)});
    }
    void begin_rule(Rule const &rule) { rule_ = &rule; }
    void add(std::string_view version, Severity severity, std::string message, std::string hint) override {
        check_for_interrupts();
        auto const place = places_.find(version);
        std::int32_t const line =
            place == places_.end() ? 0 : static_cast<std::int32_t>(place->second.step->origin.first_line);
        all_.add({std::string(version), 0, line, rule_->name, severity, std::move(message), std::move(hint)},
                 place == places_.end() ? nullptr : place->second.allowed.find(rule_->name, 0));
    }

  private:
    struct Place {
        Step const *step;
        AllowedRules allowed;
    };
    std::unordered_map<std::string_view, Place> places_; // by version
    Found &all_;
    Rule const *rule_ = nullptr;
};

// One for all pending migrations, because one World goes through them: what a migration creates, the next one finds.
class Linter {
  public:
    explicit Linter(Found &all) : all_(all), rules_(rules()) {}

    // Statement by statement: the rules see the world as earlier statements leave it; only then does the world learn
    // what this statement does. Migrations must come in the order in which they will run.
    void check_migration(Step const &step) {
        // The World copies what it needs of a tree; its only pointer into one, WorldContents::last_found, is forgotten
        // by apply() and begin_migration(). So the trees of the migration before can go.
        trees_.clear();
        world_.begin_migration(step.directives);
        executions_.begin_migration();
        StepReport report(step, all_);
        std::size_t const count = step.statements.size();
        // No rule looks ahead for INSERT and COPY, and a dump has millions of them: their trees are built one at a
        // time, when their turn comes, and not kept.
        std::vector<Node *> kept;
        std::vector<std::size_t> kept_before(count + 1); // [i]: how many trees the statements before i have
        for (std::size_t i = 0; i < count; ++i) {
            check_for_interrupts();
            if (!loads_rows(step.statements[i])) {
                kept.push_back(tree_of(step, step.statements[i]));
                executions_.read_block(step.statements[i], sql_of(step.body, step.statements[i]), kept);
            }
            kept_before[i + 1] = kept.size();
        }
        Trees const all{kept.data(), kept.data() + kept.size()};
        ahead_.read(step, all.begin(), all.end());
        EarlierEffects migration, transaction; // what has happened since each of them began
        std::size_t end = 0;                   // of the transaction that statement i is in
        for (std::size_t i = 0; i < count; ++i) {
            Statement const &statement = step.statements[i];
            pg::check_for_interrupts();
            bool const with_previous = i > 0 && share_transaction(step, i - 1, i),
                       with_next = i + 1 < count && share_transaction(step, i, i + 1);
            if (!with_previous) {
                transaction = {};
                world_.begin_transaction();
            }
            // `end` never goes back, so finding the ends of all transactions takes one pass over the migration.
            for (end = std::max(end, i + 1); end < count && share_transaction(step, end - 1, end);)
                ++end;
            row_tree_.clear();
            Node *const node = loads_rows(statement) ? parse(step, statement, row_tree_) : kept[kept_before[i]];
            Subject const subject{node,
                                  sql_of(step.body, statement),
                                  i,
                                  count,
                                  with_previous || with_next,
                                  world_,
                                  transaction,
                                  migration,
                                  step,
                                  all,
                                  {all.first + kept_before[i + 1], all.last},
                                  {all.first + kept_before[i + 1], all.first + kept_before[end]},
                                  ahead_};
            std::vector<Executed> const executed = executions_.of(world_, statement, node);
            for (Executed const &part : executed)
                if (part.kind == Executed::Kind::opaque && !subject.opaque)
                    subject.opaque = &part;
            // What an interrupted run has committed is not checked again, but later statements still follow from it.
            bool const runs = i >= step.resume.done && statement.passed_over == Statement::PassedOver::no;
            if (runs)
                check(subject, Rule::Scope::statement, report, static_cast<std::int32_t>(i + 1), statement.line);
            for (Executed const &part : executed)
                follow(subject, statement, part, executed.size() > 1, runs, report);
            happen(subject, statement);
            executions_.note(world_, node);
        }
        // Seen from its end, a migration has everything behind it and nothing ahead. No single transaction is meant, so
        // `migration` stands for both kinds of earlier effects.
        Subject const whole{nullptr, step.body, 0,  count, step.transactional, world_, migration, migration, step,
                            all,     {},        {}, ahead_};
        check(whole, Rule::Scope::migration, report, 0, 0);
        world_.end_migration(migration.written);
    }

    void check_history(Catalog const &catalog, RunPlan const &plan, Steps const &steps) {
        HistoryReport report(steps, all_);
        for (Rules const &group : rules_)
            for (Rule const &rule : group)
                if (rule.check_plan) {
                    report.begin_rule(rule);
                    rule.check_plan({catalog, plan, steps, world_}, report);
                }
    }

  private:
    // Whether neighboring statements do. Unless the whole migration is one transaction, its BEGIN ... COMMIT blocks are
    // transactions, and every other statement commits by itself.
    static bool share_transaction(Step const &step, std::size_t a, std::size_t b) {
        return step.transactional ||
               (step.statements[a].block != 0 && step.statements[a].block == step.statements[b].block);
    }

    static bool loads_rows(Statement const &statement) {
        std::string_view const command = statement.command;
        return command == "INSERT" || command == "COPY";
    }

    // For one that is not executed, a statement of which no rule knows anything.
    Node *tree_of(Step const &step, Statement const &statement) {
        return statement.passed_over == Statement::PassedOver::no
                   ? parse(step, statement, trees_)
                   : trees_.run([] { return reinterpret_cast<Node *>(makeNode(VariableShowStmt)); });
    }

    Node *parse(Step const &step, Statement const &statement, ScratchMemory const &trees) {
        // Kept from prepare_steps() where memory allows it (Statement::tree). Otherwise the text is parsed again; it is
        // one statement, so raw_parser() returns a list of one.
        if (KeptTree const *const kept = kept_tree(statement))
            return kept->statement->stmt;
        text_.assign(sql_of(step.body, statement));
        const char *const text = text_.c_str();
        return trees.run([=] { return linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT))->stmt; });
    }

    void check(Subject const &subject, Rule::Scope scope, StepReport &report, std::int32_t number, std::uint32_t line) {
        for (Rules const &group : rules_)
            for (Rule const &rule : group)
                if (rule.check && rule.scope == scope) {
                    report.begin_rule(rule, number, line);
                    rule.check(subject, report);
                }
    }

    // A statement in a DO block or in a routine, as if it stood in place of the one that executes it.
    void follow(Subject const &outer, Statement const &statement, Executed const &part, bool among_others, bool runs,
                StepReport &report) {
        check_for_interrupts();
        if (part.kind == Executed::Kind::commit)
            outer.earlier_in_transaction = {};
        if (!part.node || (part.conditional && is_there_already(world_, part.node)))
            return;
        std::vector<std::string> const path = world_.search_path();
        if (part.search_path)
            world_.contents().use_path(world_.contents().schemas_of(part.search_path->c_str()));
        Subject inner = outer;
        inner.node = part.node;
        inner.sql = part.sql;
        inner.in_transaction = outer.in_transaction || among_others;
        if (part.tree != 0) {
            inner.later_in_migration.first = outer.all.first + part.tree + 1;
            inner.later_in_transaction.first = inner.later_in_migration.first;
        }
        inner.transaction_ends = TransactionEnds{}; // the rules follow the code of a CALL or DO by themselves
        inner.opaque = nullptr;
        inner.in_routine = part.in_code;
        inner.in_loop = part.looped;
        inner.writes.reset();
        if (runs) {
            report.begin_executed(&part, statement.line);
            check(inner, Rule::Scope::statement, report, static_cast<std::int32_t>(outer.index + 1), part.line);
            report.begin_executed(nullptr, 0);
        }
        Statement as_part = statement;
        as_part.line = part.line;
        Node *const node = part.node;
        as_part.command = pg::guarded([=] { return GetCommandTagName(CreateCommandTag(node)); });
        as_part.data_begin = as_part.data_end = 0;
        happen(inner, as_part);
        if (part.search_path)
            world_.contents().use_path(path);
    }

    // After the rules have seen it.
    void happen(Subject const &subject, Statement const &statement) {
        // Before apply(): a statement locks the relations that it finds, which it may drop or rename.
        std::vector<StatementLock> const locks = locks_of(subject.node, world_);
        record(subject, statement, locks, subject.earlier_in_transaction);
        record(subject, statement, locks, subject.earlier_in_migration);
        world_.apply(subject.node);
    }

    // What later statements of the same transaction or migration have to know of this one.
    void record(Subject const &subject, Statement const &statement, std::vector<StatementLock> const &locks,
                EarlierEffects &migrated) {
        for (StatementLock const &lock : locks)
            if (lock.mode >= ShareLock) // from here on writes of others wait (storage/lockdefs.h, lock.c)
                migrated.strong_locks.add(
                    {lock.relation, statement.command, lock.mode == AccessExclusiveLock, statement.line});
        // Data after a COPY FROM stdin are rows that are certain to be written; without them the client decides.
        migrated.checks.note(subject.node, statement.data_end > statement.data_begin, world_, migrated.written);
        each_subcommand(subject, [&](Subcommand const &change) {
            Constraint const *const added = added_constraint(change.command);
            if (added && added->skip_validation)
                migrated.not_valid.emplace(&change.table, added->conname ? added->conname : "");
        });
        if (auto const *change = MIG_AS(AlterEnumStmt, subject.node)) {
            // A new value of an enum that the same transaction has created may be used at once: check_safe_enum_use().
            TypeName const name = raw::make_type_name(change->typeName);
            if (change->newVal && !change->oldVal && !world_.type(&name).is_new)
                migrated.enum_values.insert(change->newVal);
        }
    }

    Found &all_;
    std::vector<Rules> const rules_;
    World world_;
    Lookahead ahead_; // what the statements of the current migration do
    Executions executions_;
    ScratchMemory const trees_{"migrator parse trees of lint()"}, row_tree_{"migrator parse tree of lint()"};
    std::string text_;
};

// By version, then statement; findings about a migration as a whole have statement 0 and come first. Stable, so that
// those about one statement stay in the order of rules().
void sort(std::vector<Finding> &all) {
    std::stable_sort(all.begin(), all.end(), [](Finding const &a, Finding const &b) {
        int const order = version::compare(a.version, b.version);
        return order != 0 ? order < 0 : a.statement < b.statement;
    });
}

// `all` is sorted.
void keep_first(const char *rule, std::vector<Finding> &all) {
    auto const of_rule = [=](Finding const &finding) { return finding.rule == rule; };
    auto const first = std::find_if(all.begin(), all.end(), of_rule);
    if (first == all.end())
        return;
    auto const others = std::remove_if(std::next(first), all.end(), of_rule);
    if (auto const count = all.end() - others)
        first->message += "; so it is for " + std::to_string(count) + " more statement" + (count == 1 ? "" : "s");
    all.erase(others, all.end());
}

std::vector<Finding> find(Catalog const &catalog, RunPlan const &plan, Steps const &steps,
                          std::vector<Silenced> *silenced) {
    Found all;
    all.silenced = silenced;
    Quiet const quiet;
    // Before AsOwner: World() notes who calls and with which search_path, and AsOwner changes both.
    Linter linter(all);
    AsOwner const owner;
    for (Step const &step : steps.list)
        linter.check_migration(step);
    linter.check_history(catalog, plan, steps);
    sort(all.findings);
    for (Rules const &group : rules())
        for (Rule const &rule : group)
            if (rule.once)
                keep_first(rule.name, all.findings);
    return std::move(all.findings);
}

} // namespace

std::vector<Finding> findings(Catalog const &catalog, RunPlan const &plan, Steps const &steps,
                              std::vector<Silenced> *silenced) {
    // Releases the locks that reading takes on catalogs and tables. Kept until the caller's transaction ends, they
    // would fill the slots of the fast path (FP_LOCK_SLOTS_PER_BACKEND), and each lock of the run that follows would go
    // through the shared lock table.
    Subtransaction reading;
    std::vector<Finding> all = find(catalog, plan, steps, silenced);
    reading.roll_back();
    return all;
}

std::vector<Finding> lint(Catalog const &catalog, std::optional<std::string_view> target) {
    Refusals refusals;
    RunPlan const plan = plan_or_refusal(catalog, target, refusals);
    Steps const steps = steps_or_refusals(catalog, plan, refusals);
    if (plan.steps.empty() && refusals.empty())
        report_nothing_pending(catalog, target);
    std::vector<Finding> all = findings(catalog, plan, steps);
    all.insert(all.end(), refusals.begin(), refusals.end());
    sort(all);
    return all;
}

} // namespace mig::server::lint
