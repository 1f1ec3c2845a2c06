// What core does with ten times as much takes ten times as many steps, and each of them can be ended.
// A step is a check for interrupts; that there is one in each loop is what the second half of each check is about.
#include "core/adopt/adoption.hpp"
#include "core/base/failure.hpp"
#include "core/conflict/conflicts.hpp"
#include "core/convention/convention.hpp"
#include "core/migration/checksum.hpp"
#include "core/migration/difference.hpp"
#include "core/migration/directives.hpp"
#include "core/plan/requirements.hpp"
#include "core/text/plpgsql_statements.hpp"
#include "core/text/statement_ends.hpp"
#include "core_interruption.hpp"
#include "home_document.hpp"
#include "report_examples.hpp"
#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <deque>
#include <functional>

namespace mig::test {
namespace {

using Work = std::function<void()>;
using Given = std::function<Work(std::size_t)>; // the work on an input of that size

std::string repeated(std::size_t n, std::function<std::string(std::size_t)> const &part) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i)
        text += part(i);
    return text;
}

std::size_t looks_of(Work const &work) {
    std::size_t const before = interrupt_checks::count;
    work();
    return interrupt_checks::count - before;
}

// Of the processor, because other programs run too; the least of three.
double seconds_of(Work const &work) {
    double least = 1e9;
    for (int i = 0; i < 3; ++i) {
        std::clock_t const begin = std::clock();
        work();
        least = std::min(least, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    return least;
}

void check(const char *name, std::size_t n, Given const &given) {
    SCOPED_TRACE(name);
    Work const small = given(n), large = given(10 * n);
    std::size_t const few = looks_of(small), many = looks_of(large);
    EXPECT_GE(few, n / 2) << "it is deaf";
    EXPECT_LE(many, 14 * few) << "ten times as much takes more than 14 times as many steps";
    EXPECT_LE(seconds_of(large), 40 * seconds_of(small) + 0.01) << "ten times as much takes 40 times as long";
    for (std::size_t const part : {std::size_t(2), many / 2, many}) {
        interrupt_checks::end_at = interrupt_checks::count + part;
        EXPECT_THROW(large(), interrupt_checks::Ended);
        interrupt_checks::end_at = 0;
    }
}

Lexed scanned(std::string const &text) { return *StandInScanner(text).scan(); }

// A text that the work keeps.
Given on_text(std::function<std::string(std::size_t)> const &text, std::function<void(Lexed const &)> const &use) {
    return [=](std::size_t n) -> Work {
        auto const kept = std::make_shared<std::string>(text(n));
        return [=] { use(scanned(*kept)); };
    };
}

void read_directives(Lexed const &lexed) { (void) directives_of(lexed, parse_document(lexed, {})); }

TEST(Growth, Texts) {
    auto const number = [](std::size_t i) { return std::to_string(i); };
    check("comments", 2000, on_text([](std::size_t n) {
              return repeated(n, [](std::size_t) { return "-- x\n"; }) + "SELECT 1;";
          }, read_directives));
    check("block comments on one line", 2000, on_text([](std::size_t n) {
              return repeated(n, [](std::size_t) { return "/* migrator is it */ "; }) + "SELECT 1;";
          }, read_directives));
    check("allow=", 1000, on_text([&](std::size_t n) {
              return repeated(n, [&](std::size_t i) { return "SELECT " + number(i) + ";\n-- migrator: allow=a why\n"; }) +
                     "SELECT 1;";
          }, read_directives));
    check("requires= in one list", 2000, on_text([&](std::size_t n) {
              return "-- migrator: requires=x" + repeated(n, [&](std::size_t i) { return "," + number(i); }) + "\n";
          }, read_directives));
    check("requires= on lines", 1000, on_text([&](std::size_t n) {
              return repeated(n, [&](std::size_t i) { return "-- migrator: requires=" + number(i) + "\n"; });
          }, read_directives));
    check("statements", 2000, on_text([&](std::size_t n) {
              return repeated(n, [&](std::size_t i) { return "INSERT INTO t VALUES (" + number(i) + ");\n"; });
          }, [](Lexed const &lexed) {
              (void) split_statements(lexed);
              (void) checksum::of_tokens(lexed);
              (void) first_difference(lexed, lexed, 1);
          }));
    for (const char *const part : {"DROP TABLE x; ", "IF f() THEN DROP TABLE x; ", "BEGIN DROP TABLE x; EXCEPTION WHEN a THEN ",
                                   "CREATE f BEGIN ATOMIC ; ", "x := f(", "LOOP SELECT a INTO b"})
        check(part, 1000, on_text([=](std::size_t n) { return repeated(n, [=](std::size_t) { return part; }); },
                                  [](Lexed const &lexed) { (void) statements_in(lexed); }));
    check("stored allowances", 2000, [&](std::size_t n) -> Work {
        auto const text = std::make_shared<std::string>(
            repeated(n, [&](std::size_t i) { return "allow=rule line " + number(i) + ": why\n"; }));
        return [=] { (void) AllowedRules(parse_stored_directives(*text).allowances).silences("rule", 1); };
    });
}

// Files of a convention, arranged and read.
Given on_files(const char *convention, std::function<std::vector<std::pair<std::string, std::string>>(std::size_t)> const &make) {
    return [=](std::size_t n) -> Work {
        auto const all = std::make_shared<std::vector<std::pair<std::string, std::string>>>(make(n));
        return [=] {
            std::vector<SourceFile> files;
            for (auto const &[path, content] : *all)
                files.push_back({path, content, "sum"});
            Lexer const lexer = [](std::string_view text, std::string const &) { return *StandInScanner(text).scan(); };
            (void) recognize(files, lexer);
            Convention const &one = *convention_named(convention);
            for (FileGroup const &group : arrange(one, files).groups)
                (void) read_group(one, group, {{"name", "value"}}, lexer);
        };
    };
}

TEST(Growth, Files) {
    auto const number = [](std::size_t i) { return std::to_string(i); };
    using Files = std::vector<std::pair<std::string, std::string>>;
    check("files", 200, on_files("home", [&](std::size_t n) {
              Files files;
              for (std::size_t i = 0; i < n; ++i)
                  files.emplace_back(number(i) + "_a.sql", "-- UP\nSELECT 1;\n-- DOWN\nSELECT 2;\n");
              return files;
          }));
    check("parts of a path", 500, on_files("home", [&](std::size_t n) {
              return Files{{repeated(n, [](std::size_t) { return "d1_2.a/"; }) + "1_a.sql", "SELECT 1;"}};
          }));
    check("placeholders", 1000, on_files("flyway", [&](std::size_t n) {
              return Files{{"V1__a.sql", repeated(n, [](std::size_t) { return "SELECT '${name}';\n"; })}};
          }));
    check("changesets", 500, on_files("liquibase", [&](std::size_t n) {
              return Files{{"a.sql", "-- liquibase formatted sql\n" + repeated(n, [&](std::size_t i) {
                                        return "--changeset a:" + number(i) + "\nSELECT 1;\n--rollback SELECT 2;\n";
                                    })}};
          }));
    check("entries of an archive of Atlas", 500, on_files("atlas", [&](std::size_t n) {
              return Files{{"20260101000000_a.sql", "-- atlas:txtar\n\n" + repeated(n, [&](std::size_t i) {
                                                        return "-- checks/" + number(i) + ".sql --\nSELECT true;\n";
                                                    }) + "-- migration.sql --\nSELECT 1;\n"}};
          }));
    check("a plan of Sqitch", 200, on_files("sqitch", [&](std::size_t n) {
              Files files{{"sqitch.plan", "%project=p\n\n" + repeated(n, [&](std::size_t i) {
                               return "c" + number(i) + (i ? " [c" + number(i - 1) + "]" : "") +
                                      " 2026-01-01T00:00:00Z A B <a@b.c>\n@t" + number(i) +
                                      " 2026-01-01T00:00:00Z A B <a@b.c>\n";
                           })}};
              for (std::size_t i = 0; i < n; ++i)
                  files.emplace_back("deploy/c" + number(i) + ".sql", "SELECT 1;");
              return files;
          }));
    check("what yoyo's depend on, the last first", 200, on_files("yoyo", [&](std::size_t n) {
              Files files;
              for (std::size_t i = 0; i < n; ++i)
                  files.emplace_back(number(i) + "_a.sql", "-- depends: " + number(i + 1) + "_a\nSELECT 1;\n");
              return files;
          }));
    check("what one of yoyo's depends on", 400, on_files("yoyo", [&](std::size_t n) {
              Files files{{"1_a.sql", "SELECT 1;"}, {"99999_a.sql", repeated(n, [&](std::size_t i) {
                               return "-- depends: " + number(i) + "_a 1_a\n";
                           }) + "SELECT 1;\n"}};
              return files;
          }));
    check("evolutions of Play", 200, on_files("play", [&](std::size_t n) {
              Files files;
              for (std::size_t i = 1; i <= n; ++i)
                  files.emplace_back(number(i) + ".sql", "# x\n# --- !Ups\nSELECT 1;;\n# --- !Downs\nSELECT 2;\n");
              return files;
          }));
    check("settings of Sqitch", 400, on_files("sqitch", [&](std::size_t n) {
              return Files{{"sqitch.plan", "%project=p\na 2026-01-01T00:00:00Z A B <a@b.c>\n"},
                           {"deploy/a.sql", "SELECT 1;"},
                           {"sqitch.conf", repeated(n, [&](std::size_t i) {
                                return "[engine \"" + number(i) + "\"]\n\ttarget = a \\\n b ; c\n";
                            })}};
          }));
}

// A module of migrations 000001, 000002, ... of which some require or exclude others.
struct Module {
    explicit Module(std::size_t n) {
        for (std::size_t i = 1; i <= n; ++i)
            names.push_back("m" + std::to_string(i));
        for (std::size_t i = 0; i < n; ++i)
            loaded.push_back({versions.emplace_back(std::to_string(1'000'000 + i)), names[i], "sum", "raw"});
    }
    Module &apply() {
        for (Loaded const &one : loaded) {
            Event event;
            event.id = static_cast<std::int64_t>(events.size() + 1);
            event.version = one.version;
            event.checksum = "sum";
            events.push_back(event);
        }
        return *this;
    }
    Module &settle() {
        all = derive_migrations(loaded, events);
        return *this;
    }
    std::deque<std::string> names, versions;
    std::vector<Loaded> loaded;
    std::vector<Event> events;
    std::vector<Migration> all;
};

void check_plan(Module const &module, Module const &other) {
    std::vector<Migration> const all = derive_migrations(module.loaded, module.events);
    OtherModule const others = [&](std::string_view) -> std::vector<Migration> const & { return other.all; };
    RunPlan const plan = plan_apply(all, std::nullopt, OutOfOrder::error);
    (void) unmet_requirements(all, plan, others);
    check_requirements(all, plan, others);
}

TEST(Growth, Migrations) {
    check("requirements", 500, [](std::size_t n) -> Work {
        auto const module = std::make_shared<Module>(n);
        for (std::size_t i = 1; i < n; ++i)
            module->loaded[i].requirements = {module->names[i - 1]};
        return [=] { check_plan(*module, *module); };
    });
    check("requirements of another module", 500, [](std::size_t n) -> Work {
        auto const module = std::make_shared<Module>(n), other = std::make_shared<Module>(n);
        other->apply().settle();
        for (std::size_t i = 0; i < n; ++i)
            module->loaded[i].requirements = {"lib:" + other->versions[i]};
        return [=] { check_plan(*module, *other); };
    });
    check("exclusions", 500, [](std::size_t n) -> Work {
        auto const module = std::make_shared<Module>(n);
        for (std::size_t i = 0; i < n; ++i)
            module->loaded[i].conflicts = {"x" + std::to_string(i), "lib:y"};
        return [=] { check_plan(*module, Module(1).settle()); };
    });
    check("unmet requirements", 500, [](std::size_t n) -> Work {
        auto const module = std::make_shared<Module>(n);
        for (Loaded &one : module->loaded)
            one.requirements = {"nothing"};
        module->settle();
        return [=] {
            OtherModule const none;
            RunPlan const plan = plan_apply(module->all, std::nullopt, OutOfOrder::error);
            EXPECT_EQ(unmet_requirements(module->all, plan, none).size(), module->all.size());
        };
    });
    check("rollback", 500, [](std::size_t n) -> Work {
        auto const module = std::make_shared<Module>(n), other = std::make_shared<Module>(n);
        module->apply().settle();
        other->apply();
        for (std::size_t i = 0; i < n; ++i)
            other->loaded[i].requirements = {"main:" + module->versions[i / 2]};
        other->settle();
        return [=] {
            RunPlan plan;
            plan.steps = {&module->all.back()};
            check_rollback("main", module->all, plan, {"other"},
                           [&](std::string_view) -> std::vector<Migration> const & { return other->all; });
        };
    });
}

// A chain as long as the list of migrations was a recursion as deep.
TEST(Growth, ACircleOfRequirementsIsToldHoweverLongItIs) {
    Module module(200'000);
    for (std::size_t i = 0; i < module.loaded.size(); ++i)
        module.loaded[i].requirements = {module.names[(i + 1) % module.names.size()]};
    module.settle();
    RunPlan const plan = plan_apply(module.all, std::nullopt, OutOfOrder::error);
    try {
        check_requirements(module.all, plan, {});
        ADD_FAILURE() << "not refused";
    } catch (Failure const &failure) {
        EXPECT_EQ(failure.message, "the requirements of migration 1000000 (m1) form a cycle");
        EXPECT_EQ(failure.detail.substr(0, 61), "1000000 (m1) requires 1000001 (m2) requires 1000002 (m3) requ");
        EXPECT_LT(failure.detail.size(), 1000U);
    }
}

std::size_t conflicts_in(std::vector<Touches> const &all) { return find_conflicts(all).size(); }

Given on_touches(std::size_t expected, std::function<Touches(std::size_t)> const &make) {
    return [=](std::size_t n) -> Work {
        auto const all = std::make_shared<std::vector<Touches>>();
        for (std::size_t i = 0; i < n; ++i)
            all->push_back(make(i));
        return [=] { EXPECT_EQ(conflicts_in(*all), expected == 0 ? 0 : expected * (all->size() - 1)); };
    };
}

TEST(Growth, Conflicts) {
    using How = TouchedObject::How;
    auto const number = [](std::size_t i) { return std::to_string(i); };
    check("columns of one table", 500, on_touches(0, [&](std::size_t i) {
              return Touches{number(i), false, {{How::altered, "table", "public.t", "c" + number(i), "ADD COLUMN"}}};
          }));
    check("a table that all use, and that is made first", 500, on_touches(0, [&](std::size_t i) {
              return Touches{number(i), false, {{i ? How::altered : How::created, "table", "public.t", "",
                                                 i ? "OWNER TO" : ""}}};
          }));
    check("failures that name what one drops", 500, on_touches(1, [&](std::size_t i) {
              Touches one{number(i), false, {}};
              if (i == 0)
                  one.objects.push_back({How::dropped, "table", "public.t", "", ""});
              else
                  one.stop = Touches::Stop{"42P01", "relation \"t\" does not exist", ""};
              return one;
          }));
    check("failures that name nothing known", 500, on_touches(0, [&](std::size_t i) {
              return Touches{number(i), false, {{How::altered, "table", "public.t", "c" + number(i), "ADD COLUMN"}},
                             Touches::Stop{"42P01", "relation \"u\" does not exist", ""}};
          }));
    check("CREATE TABLE IF NOT EXISTS", 1000, [&](std::size_t n) -> Work {
        return [=] {
            Creations creations;
            for (std::size_t i = 0; i < n; ++i) {
                (void) creations.skipped_by("CREATE TABLE", "CREATE TABLE IF NOT EXISTS t" + std::to_string(i) + " ()");
                creations.add({"1", false, {{How::created, "table", "public.t" + std::to_string(i), "", ""}}});
            }
        };
    });
}

TEST(Growth, Reports) {
    auto const make = [](std::size_t n) {
        report::Report all;
        all.module = "main";
        all.migrations.push_back(example::migration("1", "a"));
        for (std::size_t i = 1; i <= n; ++i) {
            auto const at = static_cast<std::int32_t>(i);
            report::Statement one = example::statement(at, at, "ALTER TABLE", "ALTER TABLE t ADD c int");
            one.seen.locks.push_back({"public.t" + std::to_string(i), "AccessExclusiveLock"});
            one.seen.rewrites.push_back("public.t" + std::to_string(i));
            all.migrations.back().statements.push_back(std::move(one));
            all.migrations.back().findings.push_back(example::finding("1", at, at, Severity::warning, "message"));
        }
        return all;
    };
    for (report::Format const format : {report::Format::markdown, report::Format::json, report::Format::sarif})
        check("report", 400, [&](std::size_t n) -> Work {
            auto const all = std::make_shared<report::Report>(make(n));
            return [=] { (void) render(format, *all); };
        });
}

TEST(Growth, Adoption) {
    using Match = ToolEntry::Match;
    for (Match const match : {Match::version, Match::file, Match::name, Match::up_to, Match::word})
        check("entries", 300, [=](std::size_t n) -> Work {
            auto const module = std::make_shared<Module>(n);
            module->settle();
            return [=] {
                std::vector<Candidate> candidates;
                std::vector<ToolEntry> entries;
                for (Migration const &one : module->all) {
                    candidates.push_back({&one, one.name()});
                    ToolEntry entry;
                    entry.match = match;
                    entry.key = match == Match::version || match == Match::up_to ? one.version() : one.name();
                    entry.scope = one.version();
                    entries.push_back(entry);
                }
                EXPECT_EQ(entries_of_module(entries, entries.front().scope).size(), 1U);
                EXPECT_EQ(match_history(candidates, entries).marks.size(), candidates.size());
            };
        });
    check("entries that each fit all", 300, [](std::size_t n) -> Work {
        auto const module = std::make_shared<Module>(n);
        for (Loaded &one : module->loaded)
            one.name = "same";
        module->settle();
        return [=] {
            std::vector<Candidate> candidates;
            for (Migration const &one : module->all)
                candidates.push_back({&one, "x/same.sql"});
            ToolEntry entry;
            entry.match = Match::file;
            entry.key = "same.sql";
            EXPECT_EQ(match_history(candidates, std::vector<ToolEntry>(candidates.size(), entry)).marks.size(), 0U);
        };
    });
}

} // namespace
} // namespace mig::test
