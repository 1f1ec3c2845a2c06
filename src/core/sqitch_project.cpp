#include "core/convention_readers.hpp"
#include "core/failure.hpp"
#include "core/interruption.hpp"
#include "core/near_miss.hpp"
#include "core/ordered_version.hpp"
#include "core/sqitch_plan.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace mig {

namespace {

std::string_view directory_of(std::string_view path) { return path.substr(0, path.size() - base_name(path).size()); }

[[noreturn]] void refuse_two_plans(SourceFile const &first, SourceFile const &second) {
    std::string_view directory = directory_of(first.path);
    directory.remove_suffix(directory.empty() ? 0 : 1);
    throw Failure(sqlstate::malformed_file, "two plans",
                  "They are \"" + first.path + "\" and \"" + second.path + "\": two projects. Nothing was loaded.",
                  "Load the directory of each project by itself, as a module of its own: load_dir('.../" +
                      std::string(directory) + "', 'sqitch', module => '" + std::string(base_name(directory)) + "').");
}

// The one at the top, whatever other projects are below.
SourceFile const &plan_of(Convention const &convention, std::vector<SourceFile> const &files) {
    SourceFile const *plan = nullptr, *second = nullptr;
    for (SourceFile const &file : files) {
        look_for_interrupts();
        FilePattern const *const pattern = find_file(convention, file.path).pattern;
        if (!pattern || pattern->role != Role::plan)
            continue;
        if (directory_of(file.path).empty())
            return file;
        second = plan && !second ? &file : second;
        plan = plan ? plan : &file;
    }
    if (!plan)
        throw Failure(sqlstate::malformed_file, "no sqitch.plan", {}, "Load the directory that holds it.");
    if (second)
        refuse_two_plans(*plan, *second);
    return *plan;
}

// The scripts of a project, by their path below its directory.
class Scripts {
  public:
    Scripts(std::vector<SourceFile> const &files, SourceFile const &plan_file, SqitchPlan const &plan)
        : plan_(plan), directory_(directory_of(plan_file.path)) {
        std::unordered_map<std::string_view, std::size_t> tags;
        for (std::size_t i = 0; i < plan.tags.size(); ++i)
            tags.emplace(plan.tags[i].name, i);
        for (SourceFile const &file : files) {
            look_for_interrupts();
            files_.emplace(file.path, &file);
            if (auto const [name, tag] = reworked(file.path); !tag.empty())
                if (auto const known = tags.find(tag); known != tags.end())
                    tags_of_[name].push_back(known->second);
        }
        for (auto &[name, of_name] : tags_of_)
            std::sort(of_name.begin(), of_name.end());
    }

    // Its files without directory and ending.
    std::string script_of(PlannedChange const &change) const {
        auto const with_files = tags_of_.find(change.name);
        if (change.end_of_tags == 0 || with_files == tags_of_.end())
            return change.script;
        std::vector<std::size_t> const &tags = with_files->second;
        auto const end = std::lower_bound(tags.begin(), tags.end(), change.end_of_tags);
        if (end == tags.begin() || *(end - 1) < change.first_tag)
            return change.script;
        std::size_t const newest = plan_.tags[*(end - 1)].change;
        auto const first = std::lower_bound(
            tags.begin(), end, newest, [&](std::size_t tag, std::size_t at) { return plan_.tags[tag].change < at; });
        return change.name + "@" + plan_.tags[*first].name;
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
    // `name` and `tag` of the project's deploy/name@tag.sql.
    std::pair<std::string_view, std::string_view> reworked(std::string_view path) const {
        std::string const folder = directory_ + "deploy/";
        constexpr std::string_view ending = ".sql";
        std::size_t const at = path.rfind('@');
        if (path.substr(0, folder.size()) != folder || at == std::string_view::npos || at < folder.size() ||
            path.size() < at + 1 + ending.size() || path.substr(path.size() - ending.size()) != ending)
            return {};
        return {path.substr(folder.size(), at - folder.size()),
                path.substr(at + 1, path.size() - ending.size() - at - 1)};
    }

    SqitchPlan const &plan_;
    std::string const directory_;
    std::unordered_map<std::string_view, SourceFile const *> files_;
    std::unordered_map<std::string_view, std::vector<std::size_t>> tags_of_; // by change: those that it has a script of
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
    Scripts scripts(files, plan_file, plan);
    OrderedVersions versions;
    Arrangement arrangement;
    for (PlannedChange const &change : plan.changes) {
        look_for_interrupts();
        FileGroup group;
        group.version = versions.next(change.planned_at);
        group.name = change.name;
        std::string const script = scripts.script_of(change);
        group.up = scripts.take("deploy", script);
        group.down = scripts.take("revert", script);
        group.verify = scripts.take("verify", script);
        if (!group.up)
            throw Failure(sqlstate::malformed_file,
                          plan_file.path + ", line " + std::to_string(change.line) + ": no deploy/" + script +
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
