#include "core/convention/tools/sqitch_project.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/base/ordered_version.hpp"
#include "core/convention/tools/sqitch_plan.hpp"
#include "core/convention/tools/sqitch_settings.hpp"
#include "core/convention/untaken_files.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace mig {

namespace {

constexpr const char *plan_name = "sqitch.plan";

[[noreturn]] void refuse_two_plans(SourceFile const &first, SourceFile const &second) {
    std::string_view directory = directory_of(first.path);
    directory.remove_suffix(directory.empty() ? 0 : 1);
    throw Failure(sqlstate::malformed_file, "two plans",
                  "They are \"" + first.path + "\" and \"" + second.path + "\": two projects. Nothing was loaded.",
                  "Load the directory of each project by itself, as a module of its own: load_dir('.../" +
                      std::string(directory) + "', 'sqitch', module => '" + std::string(base_name(directory)) + "').");
}

// The plan at the top, whatever other projects are below it; or else the only one.
SourceFile const &plan_of(std::vector<SourceFile> const &files) {
    SourceFile const *plan = nullptr, *second = nullptr;
    for (SourceFile const &file : files) {
        check_for_interrupts();
        if (base_name(file.path) != plan_name)
            continue;
        if (file.path == plan_name)
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

struct Project {
    SqitchSettings settings;
    SourceFile const *plan;
};

// As the settings define it, if they are at the top or there is no plan at the top.
Project project_of(std::vector<SourceFile> const &files) {
    SourceFile const *const conf = sqitch_settings_file(files);
    if (conf && (directory_of(conf->path).empty() || !file_at(plan_name, files))) {
        SqitchSettings settings = sqitch_settings(*conf);
        if (SourceFile const *const plan = file_at(settings.plan, files))
            return {std::move(settings), plan};
        if (settings.plan != settings.directory + plan_name)
            throw Failure(sqlstate::malformed_file, conf->path + ": no " + settings.plan,
                          "It names that file as the plan.", "Load the directory that holds both.");
    }
    SourceFile const &plan = plan_of(files);
    return {default_sqitch_settings(plan.path), &plan};
}

// The scripts of a project.
class Scripts {
  public:
    Scripts(std::vector<SourceFile> const &files, SqitchSettings const &settings, SqitchPlan const &plan)
        : settings_(settings), plan_(plan) {
        std::unordered_map<std::string_view, std::size_t> tags;
        for (std::size_t i = 0; i < plan.tags.size(); ++i)
            tags.emplace(plan.tags[i].name, i);
        for (SourceFile const &file : files) {
            check_for_interrupts();
            files_.emplace(file.path, &file);
            if (auto const [name, tag] = reworked(file.path); !tag.empty())
                if (auto const known = tags.find(tag); known != tags.end())
                    tags_of_[name].push_back(known->second);
        }
        for (auto &[name, positions] : tags_of_)
            std::sort(positions.begin(), positions.end());
    }

    // The name of its files, without directory and extension: see PlannedChange.
    std::string script_of(PlannedChange const &change) const {
        auto const with_files = tags_of_.find(change.name);
        if (change.end_of_tags == 0 || with_files == tags_of_.end())
            return change.script;
        std::vector<std::size_t> const &tags = with_files->second;
        auto const end = std::lower_bound(tags.begin(), tags.end(), change.end_of_tags);
        if (end == tags.begin() || *(end - 1) < change.first_tag)
            return change.script;
        // The first of the tags on the newest tagged change, counting only tags with a script.
        std::size_t const newest = plan_.tags[*(end - 1)].change;
        auto const first = std::lower_bound(
            tags.begin(), end, newest, [&](std::size_t tag, std::size_t at) { return plan_.tags[tag].change < at; });
        return change.name + "@" + plan_.tags[*first].name;
    }

    std::string path_of(SqitchScripts const &kind, PlannedChange const &change, std::string const &script) const {
        return (change.end_of_tags == 0 ? kind.directory : kind.reworked_directory) + script + settings_.ending;
    }

    // The file, if there is one; then it counts as used.
    SourceFile const *use(SqitchScripts const &kind, PlannedChange const &change, std::string const &script) {
        auto const found = files_.find(path_of(kind, change, script));
        if (found == files_.end())
            return nullptr;
        used_.emplace(found->second);
        return found->second;
    }
    bool is_used(SourceFile const &file) const { return used_.count(&file) > 0; }

  private:
    // The name and the tag of a path deploy/name@tag.sql; empty if it is not such a path.
    std::pair<std::string_view, std::string_view> reworked(std::string_view path) const {
        std::string const &folder = settings_.deploy.reworked_directory, &ending = settings_.ending;
        std::size_t const at = path.rfind('@');
        if (path.substr(0, folder.size()) != folder || at == std::string_view::npos || at < folder.size() ||
            path.size() < at + 1 + ending.size() || path.substr(path.size() - ending.size()) != ending)
            return {};
        return {path.substr(folder.size(), at - folder.size()),
                path.substr(at + 1, path.size() - ending.size() - at - 1)};
    }

    SqitchSettings const &settings_;
    SqitchPlan const &plan_;
    std::unordered_map<std::string_view, SourceFile const *> files_;         // by path
    std::unordered_map<std::string_view, std::vector<std::size_t>> tags_of_; // by change: those with a script of it
    std::unordered_set<SourceFile const *> used_;
};

// As a directive would name it: by its version if it is in this plan, else by its name.
std::string reference_to(PlannedDependency const &dependency, std::vector<FileGroup> const &groups) {
    if (dependency.change)
        return groups[*dependency.change].version;
    std::string const name = dependency.name + (dependency.tag.empty() ? "" : "@" + dependency.tag);
    return dependency.project.empty() ? name : dependency.project + ":" + name;
}

// Whether the path is that of a script, in the plan or not.
bool is_script(SqitchSettings const &settings, std::string_view path) {
    if (!ends_with(path, settings.ending))
        return false;
    for (SqitchScripts const *kind : {&settings.deploy, &settings.revert, &settings.verify})
        for (std::string const &directory : {std::cref(kind->directory), std::cref(kind->reworked_directory)})
            if (path.substr(0, directory.size()) == directory)
                return true;
    return false;
}

// The reason why a file is skipped. Sqitch has other files beside its scripts.
SkippedFile not_in(Convention const &convention, Project const &project, SourceFile const &file) {
    FilePattern const *const pattern = find_file(convention, file.path).pattern;
    if (pattern && pattern->role == Role::settings)
        return {file.path, "Sqitch's own settings", true};
    if (pattern && pattern->role == Role::plan)
        return {file.path, "the plan of another project", true};
    if (pattern || is_script(project.settings, file.path))
        return {file.path, "not in " + project.plan->path};
    return {file.path, why_no_match(convention, file.path), true};
}

} // namespace

Arrangement arrange_sqitch(Convention const &convention, std::vector<SourceFile> const &files) {
    Project const project = project_of(files);
    SqitchSettings const &settings = project.settings;
    SqitchPlan const plan = parse_sqitch_plan(project.plan->content, project.plan->path);
    Scripts scripts(files, settings, plan);
    OrderedVersions versions;
    Arrangement arrangement;
    for (PlannedChange const &change : plan.changes) {
        check_for_interrupts();
        FileGroup group;
        group.version = versions.next(change.planned_at);
        group.name = change.name;
        std::string const script = scripts.script_of(change);
        group.up = scripts.use(settings.deploy, change, script);
        group.down = scripts.use(settings.revert, change, script);
        group.verify = scripts.use(settings.verify, change, script);
        if (!group.up)
            throw Failure(sqlstate::malformed_file,
                          project.plan->path + ", line " + std::to_string(change.line) + ": no " +
                              scripts.path_of(settings.deploy, change, script).substr(settings.directory.size()) +
                              " for \"" + change.name + "\"",
                          {}, "Load the directory with all its scripts, or remove the line from the plan.");
        for (PlannedDependency const &dependency : change.requirements)
            group.requirements.push_back(reference_to(dependency, arrangement.groups));
        arrangement.groups.push_back(std::move(group));
    }
    // Only now, since a change may conflict with a later one.
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        for (PlannedDependency const &dependency : plan.changes[i].conflicts) {
            check_for_interrupts();
            arrangement.groups[i].conflicts.push_back(reference_to(dependency, arrangement.groups));
        }
    for (SourceFile const &file : files) {
        check_for_interrupts();
        if (&file != project.plan && !scripts.is_used(file))
            arrangement.skipped.push_back(not_in(convention, project, file));
    }
    return arrangement;
}

bool is_sqitch_project(std::vector<SourceFile> const &files) {
    if (file_at("sqitch.plan", files))
        return true;
    SourceFile const *const conf = sqitch_settings_file(files);
    if (!conf || conf->path.find('/') != std::string::npos)
        return false;
    try {
        return file_at(sqitch_settings(*conf).plan, files) != nullptr;
    } catch (Failure const &) { // some other program's sqitch.conf, or a broken one: other conventions get their chance
        return false;
    }
}

std::vector<std::string> named_by_settings(std::vector<SourceFile> const &files) {
    std::vector<std::string> paths;
    SourceFile const *const conf = sqitch_settings_file(files);
    if (!conf || !is_read(*conf))
        return paths;
    try {
        SqitchSettings const settings = sqitch_settings(*conf);
        for (SourceFile const &file : files) {
            check_for_interrupts();
            if (!is_read(file) && (file.path == settings.plan || is_script(settings, file.path)))
                paths.push_back(file.path);
        }
    } catch (Failure const &) { // reported by arrange_sqitch(), if the project is Sqitch's
    }
    return paths;
}

} // namespace mig
