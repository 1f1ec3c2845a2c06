// Any bytes as a plan: what parse_sqitch_plan() promises, and the versions that are made of it.
#include "core/base/failure.hpp"
#include "core/base/ordered_version.hpp"
#include "core/base/version.hpp"
#include "core/convention/tools/sqitch_plan.hpp"
#include "require.hpp"

#include <set>

using mig::SqitchPlan;
using mig::test::require;

namespace {

void check_dependencies(SqitchPlan const &plan, std::size_t at) {
    for (mig::PlannedDependency const &one : plan.changes[at].requirements) {
        require(one.project.empty() == one.change.has_value(), "a requirement of the own project is known");
        require(!one.change || *one.change < at, "a requirement comes before the change");
    }
    for (mig::PlannedDependency const &one : plan.changes[at].conflicts)
        require(!one.change || *one.change < at, "a conflict is with what comes before");
}

void check(SqitchPlan const &plan) {
    require(!plan.project.empty(), "a plan has a project");
    std::set<std::string> scripts;
    mig::OrderedVersions versions;
    std::string before;
    std::uint32_t line = 0;
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
        mig::PlannedChange const &change = plan.changes[i];
        require(change.line > line, "lines rise");
        line = change.line;
        require(change.planned_at.size() == 14, "a time has 14 digits");
        require(change.script.substr(0, change.name.size()) == change.name, "a script begins with the name");
        require(scripts.insert(change.script).second, "no two changes have one script");
        check_dependencies(plan, i);
        std::string const version = versions.next(change.planned_at);
        require(i == 0 || mig::version::compare(before, version) < 0, "versions rise");
        before = version;
    }
    for (mig::PlannedTag const &tag : plan.tags)
        require(tag.change < plan.changes.size() && plan.changes[tag.change].line < tag.line, "a tag has a change");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string const text(reinterpret_cast<const char *>(data), size);
    try {
        check(mig::parse_sqitch_plan(text, "sqitch.plan"));
    } catch (mig::Failure const &failure) {
        require(std::string_view(failure.state) == mig::sqlstate::malformed_file, "a refusal says malformed_file");
        require(failure.message.rfind("sqitch.plan", 0) == 0, "a refusal names the file");
    }
    return 0;
}
