#include "core/convention_readers.hpp"
#include "core/failure.hpp"
#include "core/interruption.hpp"
#include "core/near_miss.hpp"
#include "core/ordered_version.hpp"
#include "core/sqitch_plan.hpp"

#include <unordered_map>
#include <unordered_set>

namespace mig {

namespace {

SourceFile const &plan_of(Convention const &convention, std::vector<SourceFile> const &files) {
    SourceFile const *plan = nullptr;
    for (SourceFile const &file : files) {
        look_for_interrupts();
        FilePattern const *const pattern = find_file(convention, file.path).pattern;
        if (!pattern || pattern->role != Role::plan)
            continue;
        if (plan)
            throw Failure(sqlstate::malformed_file, "two plans",
                          "They are \"" + plan->path + "\" and \"" + file.path + "\".",
                          "Load the projects apart, each as a module of its own.");
        plan = &file;
    }
    if (!plan)
        throw Failure(sqlstate::malformed_file, "no sqitch.plan", {}, "Load the directory that holds it.");
    return *plan;
}

// The scripts of a project, by their path below its directory.
class Scripts {
  public:
    Scripts(std::vector<SourceFile> const &files, std::string const &plan)
        : directory_(plan.substr(0, plan.size() - base_name(plan).size())) {
        for (SourceFile const &file : files) {
            look_for_interrupts();
            files_.emplace(file.path, &file);
        }
    }

    SourceFile const *take(const char *kind, std::string const &script) {
        auto const found = files_.find(directory_ + kind + "/" + script + ".sql");
        if (found == files_.end())
            return nullptr;
        taken_.emplace(found->second);
        return found->second;
    }
    bool taken(SourceFile const &file) const { return taken_.count(&file) > 0; }

  private:
    std::string directory_;
    std::unordered_map<std::string_view, SourceFile const *> files_;
    std::unordered_set<SourceFile const *> taken_;
};

// As a directive names it: the version of one in this plan, else its name.
std::string named(PlannedDependency const &dependency, std::vector<FileGroup> const &groups) {
    if (dependency.change)
        return groups[*dependency.change].version;
    std::string const name = dependency.name + (dependency.tag.empty() ? "" : "@" + dependency.tag);
    return dependency.project.empty() ? name : dependency.project + ":" + name;
}

} // namespace

Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files) {
    SourceFile const &plan_file = plan_of(convention, files);
    SqitchPlan const plan = parse_sqitch_plan(plan_file.content, plan_file.path);
    Scripts scripts(files, plan_file.path);
    OrderedVersions versions;
    Arrangement arrangement;
    for (PlannedChange const &change : plan.changes) {
        look_for_interrupts();
        FileGroup group;
        group.version = versions.next(change.planned_at);
        group.name = change.name;
        group.up = scripts.take("deploy", change.script);
        group.down = scripts.take("revert", change.script);
        group.verify = scripts.take("verify", change.script);
        if (!group.up)
            throw Failure(sqlstate::malformed_file,
                          plan_file.path + ", line " + std::to_string(change.line) + ": no deploy/" + change.script +
                              ".sql for \"" + change.name + "\"",
                          {}, "Load the directory with all its scripts, or take the line out of the plan.");
        for (PlannedDependency const &dependency : change.requirements)
            group.requirements.push_back(named(dependency, arrangement.groups));
        arrangement.groups.push_back(std::move(group));
    }
    // A change may conflict with one behind it.
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        for (PlannedDependency const &dependency : plan.changes[i].conflicts) {
            look_for_interrupts();
            arrangement.groups[i].conflicts.push_back(named(dependency, arrangement.groups));
        }

    for (SourceFile const &file : files) {
        look_for_interrupts();
        FilePattern const *const pattern = find_file(convention, file.path).pattern;
        if (!pattern)
            arrangement.not_taken.push_back({file.path, why_not_of(convention, file.path)});
        else if (pattern->role == Role::beside)
            arrangement.not_taken.push_back({file.path, pattern->why});
        else if (pattern->role != Role::plan && !scripts.taken(file))
            arrangement.not_taken.push_back({file.path, "not in " + plan_file.path});
    }
    return arrangement;
}

} // namespace mig
