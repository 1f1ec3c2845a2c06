#include "call/pending_report.hpp"

#include "bridge/report.hpp"
#include "call/failure_causes.hpp"
#include "call/plan_items.hpp"
#include "call/report_surroundings.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "lint/lint.hpp"
#include "lint/read/refusals.hpp"
#include "lint/rules/rule.hpp"
#include "lint/rules/rules.hpp"
#include "rehearsal/rehearsal_run.hpp"
#include "server/db/preconditions.hpp"
#include "server/lock/run_lock.hpp"
#include "server/prepare/nothing_to_do.hpp"
#include "server/prepare/prepare.hpp"
#include "server/prepare/requirements.hpp"
#include "server/store/modules.hpp"

#include <algorithm>
#include <map>
#include <tuple>

extern "C" {
#include "mb/pg_wchar.h"
}

namespace mig::server {

namespace {

// Finds lines and columns of a text, in characters.
class Position {
  public:
    Position(std::string_view whole, std::uint32_t first_line) : text_(whole), line_(first_line) {}

    // `offset` must not be less than in the call before.
    void advance_to(std::size_t offset) {
        for (; at_ < offset; ++at_) {
            if (text_[at_] == '\n' || (text_[at_] == '\r' && (at_ + 1 >= text_.size() || text_[at_ + 1] != '\n'))) {
                ++line_;
                counted_ = at_ + 1;
                column_ = 1;
            }
        }
        count_column();
    }
    std::int32_t line() const { return static_cast<std::int32_t>(line_); }
    std::int32_t column() const { return column_; }

  private:
    // Counts on from where the last call stopped: all statements of a file may be on one line.
    void count_column() {
        const char *const from = text_.data() + counted_;
        int const length = static_cast<int>(at_ - counted_);
        column_ += pg::guarded([=] { return pg_mbstrlen_with_len(from, length); });
        counted_ = at_;
    }

    std::string_view text_;
    std::uint32_t line_;
    std::size_t at_ = 0, counted_ = 0;
    std::int32_t column_ = 1;
};

// The first `done` statements have run in an earlier attempt and are left out.
void add_statements(report::Migration &to, Origin const &origin, std::string_view body,
                    std::vector<Statement> const &statements, std::size_t done, bool verify) {
    Position position(body, origin.first_line);
    for (std::size_t i = 0; i < statements.size(); ++i) {
        check_for_interrupts();
        Statement const &statement = statements[i];
        position.advance_to(statement.begin);
        report::Statement reported;
        reported.region.line = position.line();
        reported.region.column = position.column();
        position.advance_to(statement.end);
        reported.region.end_line = position.line();
        reported.region.end_column = position.column();
        if (i < done)
            continue;
        reported.seen.version = origin.version;
        reported.seen.name = origin.name;
        reported.seen.statement = static_cast<std::int32_t>(i + 1);
        reported.seen.line = reported.region.line;
        reported.seen.command = statement.command;
        reported.seen.sql = sql_of(body, statement);
        reported.seen.verify = verify;
        to.statements.push_back(std::move(reported));
    }
}

std::optional<std::string> owned(std::optional<std::string_view> view) {
    return view ? std::optional<std::string>(*view) : std::nullopt;
}

// Fills a report, finding its migrations by their versions.
class Assembly {
  public:
    explicit Assembly(report::Report &report) : report_(report) {}

    void add(server::Catalog const &catalog, Migration const &migration, bool pending) {
        report::Migration reported;
        reported.version = migration.version();
        reported.name = migration.name();
        reported.kind = to_text(migration.kind());
        reported.reversible = migration.reversible();
        reported.pending = pending;
        if (migration.loaded) {
            StoredTexts const texts = StoredTexts::loaded(catalog.module(), reported.version, reported.version);
            reported.source = owned(texts.get(reported.version).content.up.source);
        }
        add(std::move(reported));
    }
    void add(Step const &step) {
        report::Migration reported;
        reported.version = step.origin.version;
        reported.name = step.origin.name;
        reported.kind = to_text(step.migration->kind());
        reported.reversible = step.migration->reversible();
        reported.source = owned(step.text.content.up.source);
        reported.transactional = step.transactional;
        add_statements(reported, step.origin, step.body, step.statements, step.resume.done, false);
        if (step.verification)
            add_statements(reported, step.verification->origin, step.verification->body, step.verification->statements,
                           0, true);
        add(std::move(reported));
    }
    bool has(std::string const &version) const { return indexes_.count(version) > 0; }
    report::Migration &find(std::string const &version) { return report_.migrations[indexes_.at(version)]; }

    // Of the later one of the two.
    void add_conflict(Conflict const &conflict) {
        if (!has(conflict.version_b))
            return;
        report::Migration &migration = find(conflict.version_b);
        Finding finding;
        finding.version = conflict.version_b;
        finding.line = migration.statements.empty() ? 0 : migration.statements.front().region.line;
        finding.rule = conflict_rule;
        finding.severity = settings::on_conflict() == settings::OnConflict::error ? Severity::error : Severity::warning;
        finding.message = "in conflict with " + conflict.version_a +
                          (conflict.object.empty() ? "" : " over " + conflict.object) + ": " + conflict.why;
        finding.hint =
            "Change one of the two; or, where they are meant to run in this order, write -- migrator: allow=conflict "
            "reason above the first statement of this one.";
        migration.findings.push_back(std::move(finding));
        report_.conflicts.push_back(conflict);
    }

    // Rows of a migration that is not in the report are dropped: somebody loaded it meanwhile.
    void add_rehearsed(std::vector<Rehearsed> &&rows) {
        std::map<std::tuple<std::string, bool, std::int32_t>, std::pair<std::size_t, std::size_t>> statements;
        for (std::size_t i = 0; i < report_.migrations.size(); ++i)
            for (std::size_t j = 0; j < report_.migrations[i].statements.size(); ++j) {
                Rehearsed const &seen = report_.migrations[i].statements[j].seen;
                statements[{seen.version, seen.verify, seen.statement}] = {i, j};
            }
        for (Rehearsed &row : rows) {
            auto const found = statements.find({row.version, row.verify, row.statement});
            if (found != statements.end()) {
                report_.migrations[found->second.first].statements[found->second.second].seen = std::move(row);
            } else if (has(row.version) && row.error) { // an error of no statement: a deferred constraint at the end
                report::Migration &migration = find(row.version);
                report::Statement reported;
                reported.region = migration.statements.empty() ? report::Region{} : migration.statements.back().region;
                reported.seen = std::move(row);
                migration.statements.push_back(std::move(reported));
            }
        }
    }

  private:
    void add(report::Migration &&migration) {
        indexes_[migration.version] = report_.migrations.size();
        report_.migrations.push_back(std::move(migration));
    }

    report::Report &report_;
    std::map<std::string, std::size_t> indexes_;
};

// Runs the body; its error, undone, is the reason why there is no rehearsal.
template <class Body>
std::optional<report::Refusal> refusal_of(Body &&body) {
    std::optional<report::Refusal> refusal;
    (void) run_or_undo(body, [&](AnyError const &error) { refusal = {error.what(), error.sqlstate_text()}; });
    return refusal;
}

// Works under the run lock if it is free. Plan, lint and rehearsal share what is read and parsed, so they agree.
class PendingReport {
  public:
    PendingReport(std::string const &module, std::optional<std::string_view> target)
        : module_(module), target_(target), refusal_(begin()),
          catalog_(module, run_in_progress_ ? Access::fresh : Access::read, Catalog::Detail::report),
          plan_(lint::plan_or_refusal(catalog_, target, refusals_)),
          steps_(lint::steps_or_refusals(catalog_, plan_, refusals_)) {
        require_module(catalog_);
    }

    void write(report::Report &report) {
        std::vector<Silenced> silenced;
        std::vector<Finding> found = lint::findings(catalog_, plan_, steps_, &silenced);
        found.insert(found.end(), refusals_.begin(), refusals_.end());
        Assembly assembly(report);
        report.status = standings(catalog_);
        add_pending(assembly);
        add_findings(assembly, std::move(found));
        add_allowed(assembly, std::move(silenced));
        for (report::Migration &migration : report.migrations)
            std::stable_sort(migration.findings.begin(), migration.findings.end(),
                             [](Finding const &a, Finding const &b) { return a.statement < b.statement; });
        if (refusals_.empty()) // and the planner refuses nothing: what cannot run cannot be expected
            (void) refusal_of([&] {
                (void) request_to_apply(module_, target_).planner(catalog_);
                report.plan_token = plan_token(plan_items(steps_));
            });
        if (plan_.steps.empty() && refusals_.empty())
            return;
        if (!refusal_)
            refusal_ = refusal_of([&] { rehearse_into(assembly); });
        report.refusal = std::move(refusal_);
        report.relations = sizes_of_locked(report.migrations);
    }

    // Releases the lock.
    void end() { subtransaction_.roll_back(); }

  private:
    // Takes the run lock, unless nothing is pending: then there is nothing to rehearse.
    std::optional<report::Refusal> begin() {
        std::optional<report::Refusal> refusal = refusal_of([&] {
            if (!target_ && nothing_to_apply(module_, Access::read))
                return;
            const char *const function = "migrator.rehearse()";
            if (!may_run(function, request_to_apply(module_, target_)))
                return;
            require_current_snapshots(function);
            run_in_progress_.emplace();
            take_run_lock();
        });
        if (refusal)
            run_in_progress_.reset();
        return refusal;
    }

    void add_pending(Assembly &assembly) const {
        auto step = steps_.list.begin();
        for (Migration const *migration : plan_.steps)
            if (step != steps_.list.end() && step->migration == migration)
                assembly.add(*step++);
            else
                assembly.add(catalog_, *migration, true);
    }

    void add_findings(Assembly &assembly, std::vector<Finding> &&found) const {
        std::map<std::string_view, Migration const *> known;
        for (Migration const &migration : catalog_.migrations())
            known.emplace(migration.version(), &migration);
        for (Finding &finding : found) {
            check_for_interrupts();
            auto const migration = known.find(finding.version);
            if (migration != known.end() && !assembly.has(finding.version))
                assembly.add(catalog_, *migration->second, false);
            assembly.find(finding.version).findings.push_back(std::move(finding));
        }
    }

    // A conflict that is allowed has no finding that would say with what.
    void add_allowed(Assembly &assembly, std::vector<Silenced> &&silenced) const {
        for (Silenced &one : silenced)
            if (assembly.has(one.finding.version))
                assembly.find(one.finding.version).allowed.push_back(std::move(one));
        for (Step const &step : steps_.list)
            for (Allowance const &allowance : step.directives.allowances) {
                check_for_interrupts();
                if (allowance.rule != conflict_rule)
                    continue;
                Finding finding;
                finding.version = step.origin.version;
                finding.line = static_cast<std::int32_t>(step.origin.first_line);
                finding.rule = conflict_rule;
                finding.severity = Severity::warning;
                finding.message = "conflicts with earlier migrations are allowed";
                assembly.find(finding.version).allowed.push_back({std::move(finding), allowance.reason});
            }
    }

    // First refuses what rehearse() would refuse.
    void rehearse_into(Assembly &assembly) {
        RunPlan const plan = request_to_apply(module_, target_).planner(catalog_);
        for (std::string const &text : plan.warnings)
            pg::warning(text);
        if (!refusals_.empty())
            (void) prepare_steps(catalog_, plan, Direction::up, Scope::everything); // raises the first of them
        check_requirements(catalog_, plan, Direction::up);
        if (steps_.list.empty())
            return;
        guard_bodies(steps_, InTransaction::of_caller);
        Subtransaction subtransaction;
        RehearsalRun run(module_, Direction::up, Rehearsal::Detail::everything, settings::RehearsalErrors::report,
                         subtransaction);
        TouchLog touches(catalog_, steps_.list);
        run.after_each([&](Step const &step) { touches.note_uses(step); });
        (void) run.run(steps_.list);
        std::vector<Rehearsed> rows = run.take_rows();
        touches.add(rows);
        assembly.add_rehearsed(std::move(rows));
        if (subtransaction.open())
            subtransaction.roll_back();
        if (settings::on_conflict() == settings::OnConflict::ignore)
            return;
        for (Conflict const &conflict : touches.conflicts(find_failure_causes(module_, steps_.list, touches)))
            assembly.add_conflict(conflict);
    }

    // Initialized in this order: the lock is taken before the catalog is read.
    std::string const &module_;
    std::optional<std::string_view> const target_;
    Subtransaction subtransaction_{}; // holds the run lock until end()
    std::optional<RunInProgress> run_in_progress_;
    std::optional<report::Refusal> refusal_;
    Catalog const catalog_;
    lint::Refusals refusals_;
    RunPlan const plan_;
    Steps steps_;
};

} // namespace

report::Report pending_report(std::string const &module, std::optional<std::string_view> target) {
    report::Report report;
    report.module = module;
    report.target = owned(target);
    report.tool_version = MIGRATOR_VERSION;
    report.utf8 = GetDatabaseEncoding() == PG_UTF8;
    for (lint::Rules const &group : lint::rules())
        for (lint::Rule const &rule : group)
            report.rules.push_back({rule.name, rule.hazard});
    report.rules.push_back({lint::refused_by_plan, "plan() and apply() refuse the migration before anything runs."});
    report.rules.push_back(
        {conflict_rule, "Two migrations touch the same object, and their order decides what becomes of it."});
    PendingReport pending(module, target);
    pending.write(report);
    pending.end();
    return report;
}

} // namespace mig::server
