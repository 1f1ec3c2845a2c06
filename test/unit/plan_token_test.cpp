#include "core/plan/plan_token.hpp"

#include "core/base/failure.hpp"
#include "core/text/named_words.hpp"

#include <gtest/gtest.h>

using namespace mig;

namespace {

using Texts = std::vector<std::string>;

PlanItems items() {
    return {{{"1 (a)", "SELECT 1"}, {"2 (b)", "SELECT 2"}},
            {{"search_path", "public"}, {"TimeZone", "UTC"}},
            {{"table public.orders", "id integer"}}};
}

TEST(PlanToken, IsTheSameForTheSamePlan) {
    std::string const token = plan_token(items());
    EXPECT_EQ(token.substr(0, 3), "v1.");
    EXPECT_EQ(token, plan_token(items()));
    EXPECT_EQ(changes_since(token, items()), Texts{});
    EXPECT_EQ(changes_since(plan_token({}), PlanItems{}), Texts{});
}

TEST(PlanToken, SaysWhatHasChanged) {
    std::string const token = plan_token(items());
    PlanItems now = items();
    now.migrations[1].state = "SELECT 3";
    EXPECT_EQ(changes_since(token, now), Texts{"migrations that have changed: 2 (b)"});
    now = items();
    now.migrations.push_back({"3 (c)", "SELECT 3"});
    EXPECT_EQ(changes_since(token, now), Texts{"migrations that were not pending: 3 (c)"});
    now = items();
    now.migrations.erase(now.migrations.begin());
    EXPECT_EQ(changes_since(token, now), Texts{"migrations that are not pending any more: 1"});
    now = items();
    std::swap(now.migrations[0], now.migrations[1]);
    EXPECT_EQ(changes_since(token, now), Texts{"the pending migrations have changed"});
    now = items();
    now.settings[1].state = "Europe/Berlin";
    now.objects[0].state = "id bigint";
    EXPECT_EQ(changes_since(token, now),
              (Texts{"settings that have changed: TimeZone", "objects that have changed: table public.orders"}));
    now = items();
    now.objects.push_back({"view public.v", ""});
    EXPECT_EQ(changes_since(token, now), Texts{"objects that were not there: view public.v"});
    now.objects.clear();
    EXPECT_EQ(changes_since(token, now), Texts{"objects that are gone: 1"});
    EXPECT_EQ(changes_since(plan_token(now), items()), Texts{"objects that were not there: table public.orders"});
}

TEST(PlanToken, StaysShortWithManyItems) {
    PlanItems many = items();
    for (int i = 0; i < 100000; ++i)
        many.migrations.push_back({std::to_string(i), "x"});
    std::string const token = plan_token(many);
    EXPECT_LT(token.size(), 200u);
    many.migrations[5000].state = "y";
    EXPECT_EQ(changes_since(token, many), Texts{"the pending migrations have changed"});
    // From few to many, and back.
    EXPECT_EQ(changes_since(plan_token(items()), many), Texts{"the pending migrations have changed"});
    EXPECT_EQ(changes_since(token, items()), Texts{"the pending migrations have changed"});
}

TEST(PlanToken, NamesAFewOfMany) {
    PlanItems now = items();
    std::string const token = plan_token(now);
    for (char c = 'c'; c < 'k'; ++c)
        now.objects.push_back({std::string("table ") + c, ""});
    EXPECT_EQ(changes_since(token, now),
              Texts{"objects that were not there: table c, table d, table e, table f, table g and 3 more"});
}

// The boundary between a name and its state counts.
TEST(PlanToken, TellsNamesFromStates) {
    PlanItems one, other;
    one.objects = {{"ab", "c"}};
    other.objects = {{"a", "bc"}};
    EXPECT_NE(plan_token(one), plan_token(other));
    one.objects = {{"a", ""}};
    other.objects = {};
    EXPECT_NE(plan_token(one), plan_token(other));
}

TEST(PlanToken, RefusesWhatIsNone) {
    std::string const token = plan_token(items());
    require_plan_token(token);
    for (std::string const &wrong :
         {std::string(), std::string("v1"), std::string("v1..."), "v2" + token.substr(2), token + ".", token + "a",
          token.substr(1), token.substr(0, token.size() - 1), " " + token, token + "\n",
          std::string("v1.") + std::string(32, 'g') + "." + std::string(32, '0') + "." + std::string(32, '0')})
        EXPECT_THROW(require_plan_token(wrong), Failure) << wrong;
}

TEST(NamedWords, FindsWhatMayNameAnObject) {
    NamedWords named;
    named.add(R"(ALTER TABLE app.Orders ADD "Total""s" int; -- see lines
                 DO $$ BEGIN EXECUTE 'DROP TABLE people'; END $$; SELECT '5" pipe'; DROP TABLE behind; SELECT "a")");
    for (const char *const word : {"app", "Total\"s", "lines", "people", "behind", "a"})
        EXPECT_EQ(named.words().count(word), 1u) << word;
    EXPECT_EQ(named.words().count("orders"), 0u);
    EXPECT_EQ(named.qualified().count({"app", "orders"}), 1u);
}

TEST(NamedWords, WhatIsBehindAQuotedNameIsFound) {
    NamedWords named;
    named.add("\"App\".orders \"App\".\"Lines\" x.y.z");
    for (const char *const word : {"App", "orders", "Lines", "x"})
        EXPECT_EQ(named.words().count(word), 1u) << word;
    EXPECT_EQ(named.qualified().count({"x", "y"}), 1u);
    EXPECT_EQ(named.qualified().count({"y", "z"}), 1u);
}

TEST(NamedWords, GrowsWithItsInputOnly) {
    NamedWords named;
    named.add(std::string(1000000, '"'));
    named.add(std::string(1000000, '.'));
    named.add(std::string(1000000, 'x'));
    EXPECT_EQ(named.words().count(std::string(63, 'x')), 1u);
}

} // namespace
