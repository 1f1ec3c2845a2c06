#include "call/pending_report.hpp"

#include "bridge/report.hpp"
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

    // Offsets rise from call to call.
    void go_to(std::size_t offset) {
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
    // From where it has counted to: a line may hold all statements of a file.
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

void add_statements(report::Migration &to, Origin const &origin, std::string_view body,
                    std::vector<Statement> const &statements, std::size_t done, bool verify) {
    Position position(body, origin.first_line);
    for (std::size_t i = 0; i < statements.size(); ++i) {
        look_for_interrupts();
        Statement const &statement = statements[i];
        position.go_to(statement.begin);
        report::Statement one;
        one.region.line = position.line();
        one.region.column = position.column();
        position.go_to(statement.end);
        one.region.end_line = position.line();
        one.region.end_column = position.column();
        if (i < done)
            continue;
        one.seen.version = origin.version;
        one.seen.name = origin.name;
        one.seen.statement = static_cast<std::int32_t>(i + 1);
        one.seen.line = one.region.line;
        one.seen.command = statement.command;
        one.seen.sql = sql_of(body, statement);
        one.seen.verify = verify;
        to.statements.push_back(std::move(one));
    }
}

std::optional<std::string> owned(std::optional<std::string_view> view) {
    return view ? std::optional<std::string>(*view) : std::nullopt;
}

// By the versions of its migrations.
class Assembly {
  public:
    explicit Assembly(report::Report &report) : report_(report) {}

    void add(server::Catalog const &catalog, Migration const &migration, bool pending) {
        report::Migration one;
        one.version = migration.version();
        one.name = migration.name();
        one.kind = word(migration.kind());
        one.reversible = migration.reversible();
        one.pending = pending;
        if (migration.loaded) {
            StoredTexts const texts = StoredTexts::loaded(catalog.module(), one.version, one.version);
            one.source = owned(texts.of(one.version).content.up.source);
        }
        add(std::move(one));
    }
    void add(Step const &step) {
        report::Migration one;
        one.version = step.origin.version;
        one.name = step.origin.name;
        one.kind = word(step.migration->kind());
        one.reversible = step.migration->reversible();
        one.source = owned(step.text.content.up.source);
        one.transactional = step.transactional;
        add_statements(one, step.origin, step.body, step.statements, step.resume.done, false);
        Verification const &verification = step.verification;
        add_statements(one, verification.origin, verification.body, verification.statements, 0, true);
        add(std::move(one));
    }
    bool has(std::string const &version) const { return places_.count(version) > 0; }
    report::Migration &of(std::string const &version) { return report_.migrations[places_.at(version)]; }

    // The rows of one that is not known are none of this report: somebody loaded it meanwhile.
    void put(std::vector<Rehearsed> &&rows) {
        std::map<std::tuple<std::string, bool, std::int32_t>, std::pair<std::size_t, std::size_t>> statements;
        for (std::size_t i = 0; i < report_.migrations.size(); ++i)
            for (std::size_t j = 0; j < report_.migrations[i].statements.size(); ++j) {
                Rehearsed const &seen = report_.migrations[i].statements[j].seen;
                statements[{seen.version, seen.verify, seen.statement}] = {i, j};
            }
        for (Rehearsed &row : rows) {
            auto const at = statements.find({row.version, row.verify, row.statement});
            if (at != statements.end()) {
                report_.migrations[at->second.first].statements[at->second.second].seen = std::move(row);
            } else if (has(row.version) && row.error) { // of none: a deferred constraint at the end
                report::Migration &migration = of(row.version);
                report::Statement one;
                one.region = migration.statements.empty() ? report::Region{} : migration.statements.back().region;
                one.seen = std::move(row);
                migration.statements.push_back(std::move(one));
            }
        }
    }

  private:
    void add(report::Migration &&migration) {
        places_[migration.version] = report_.migrations.size();
        report_.migrations.push_back(std::move(migration));
    }

    report::Report &report_;
    std::map<std::string, std::size_t> places_;
};

// What the body raises, undone, as the reason why there is no rehearsal.
template <class Body>
std::optional<report::Refusal> refusal_of(Body &&body) {
    std::optional<report::Refusal> refusal;
    (void) run_or_undo(body, [&](AnyError const &error) { refusal = {error.what(), error.sqlstate_text()}; });
    return refusal;
}

// Under the run lock, when it can be had: what is planned, linted and rehearsed is read and parsed once.
class PendingReport {
  public:
    PendingReport(std::string const &module, std::optional<std::string_view> target)
        : module_(module), target_(target), refusal_(begin()),
          catalog_(module, in_flight_ ? Access::fresh : Access::read, Catalog::Detail::report),
          plan_(lint::plan_or_refusal(catalog_, target, refusals_)),
          steps_(lint::steps_or_refusals(catalog_, plan_, refusals_)) {}

    void write(report::Report &report) {
        std::vector<Finding> found = lint::findings(catalog_, plan_, steps_);
        found.insert(found.end(), refusals_.begin(), refusals_.end());
        Assembly assembly(report);
        add_pending(assembly);
        add_findings(assembly, std::move(found));
        for (report::Migration &migration : report.migrations)
            std::stable_sort(migration.findings.begin(), migration.findings.end(),
                             [](Finding const &a, Finding const &b) { return a.statement < b.statement; });
        if (plan_.steps.empty() && refusals_.empty())
            return;
        if (!refusal_)
            refusal_ = refusal_of([&] { rehearse_into(assembly); });
        report.refusal = std::move(refusal_);
    }

    // Gives the lock back.
    void end() { subtransaction_.roll_back(); }

  private:
    // Nothing needs the lock where nothing is pending.
    std::optional<report::Refusal> begin() {
        std::optional<report::Refusal> refusal = refusal_of([&] {
            if (!target_ && applied_as_loaded(module_, Access::read))
                return;
            const char *const function = "migrator.rehearse()";
            if (!may_run(function, request_to_apply(module_, target_)))
                return;
            require_current_snapshots(function);
            in_flight_.emplace();
            take_run_lock();
        });
        if (refusal)
            in_flight_.reset();
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
            look_for_interrupts();
            auto const migration = known.find(finding.version);
            if (migration != known.end() && !assembly.has(finding.version))
                assembly.add(catalog_, *migration->second, false);
            assembly.of(finding.version).findings.push_back(std::move(finding));
        }
    }

    // What rehearse() would refuse is refused first.
    void rehearse_into(Assembly &assembly) {
        RunPlan const plan = request_to_apply(module_, target_).planner(catalog_);
        for (std::string const &text : plan.warnings)
            pg::warning(text);
        if (!refusals_.empty())
            (void) steps(catalog_, plan, Direction::up, Scope::everything); // raises the first of them
        check_requirements(catalog_, plan, Direction::up);
        if (steps_.list.empty())
            return;
        guard_bodies(steps_, InTransaction::of_caller);
        Subtransaction subtransaction;
        RehearsalRun run(module_, Direction::up, Rehearsal::Look::at_everything, settings::RehearsalErrors::report,
                         subtransaction);
        (void) run.run(steps_.list);
        assembly.put(run.take_rows());
        if (subtransaction.open())
            subtransaction.roll_back();
    }

    std::string const &module_;
    std::optional<std::string_view> const target_;
    Subtransaction subtransaction_{}; // holds the run lock to the end
    std::optional<InFlight> in_flight_;
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
    PendingReport pending(module, target);
    pending.write(report);
    pending.end();
    return report;
}

} // namespace mig::server
