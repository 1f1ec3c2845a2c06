#include "core/conflict/conflicts.hpp"

#include <gtest/gtest.h>

namespace mig {
namespace {

using How = TouchedObject::How;

TouchedObject created(std::string type, std::string identity) { return {How::created, type, identity, "", ""}; }
TouchedObject dropped(std::string type, std::string identity, std::string what = "") {
    return {How::dropped, type, identity, "", what};
}
TouchedObject altered(std::string what, std::string part = "", std::string table = "public.t") {
    return {How::altered, "table", table, part, what};
}
TouchedObject rename_column(std::string from, std::string to) {
    return {How::altered, "table", "public.t", to, "RENAME COLUMN", from};
}
TouchedObject rename_table(std::string from, std::string to) { return {How::altered, "table", to, "", "RENAME", from}; }
TouchedObject used(std::string column = "") { return {How::used, "table", "public.t", column, ""}; }

std::string pairs(std::vector<Touches> const &migrations) {
    std::string text;
    for (Conflict const &one : find_conflicts(migrations))
        text += one.version_a + "-" + one.version_b + " " + one.object + "\n";
    return text;
}

std::string of(TouchedObject a, TouchedObject b) { return pairs({{"1", false, {a}}, {"2", false, {b}}}); }
std::string stop(TouchedObject a, std::string sqlstate, std::string message) {
    return pairs({{"1", false, {a}}, {"2", false, {}, Touches::Stop{sqlstate, message, ""}}});
}

TEST(Conflicts, WhatBuildsOnWhatIsNone) {
    EXPECT_EQ("", of(altered("ADD COLUMN", "a"), altered("ADD COLUMN", "b")));
    EXPECT_EQ("", of(created("index", "public.i"), created("index", "public.j")));
    EXPECT_EQ("", of(created("table", "public.t"), altered("ADD COLUMN", "b")));
    EXPECT_EQ("", of(created("table", "public.t"), dropped("table", "public.t")));
    EXPECT_EQ("", of(created("table", "public.t"), rename_table("public.t", "public.u")));
    EXPECT_EQ("", of(altered("ADD COLUMN", "a"), altered("TYPE", "a")));
    EXPECT_EQ("", of(altered("ADD COLUMN", "a"), rename_column("a", "b")));
    EXPECT_EQ("", of(altered("SET NOT NULL", "a"), altered("DEFAULT", "a")));
    EXPECT_EQ("", of(altered("SET NOT NULL", "a"), altered("SET NOT NULL", "a")));
    EXPECT_EQ("", of(altered("TYPE", "a"), altered("TYPE", "b")));
    EXPECT_EQ("", of(altered("GRANT"), altered("OWNER TO")));
    EXPECT_EQ("", of(used("a"), altered("ADD COLUMN", "b")));
    EXPECT_EQ("", of(used("a"), rename_column("b", "c")));
    EXPECT_EQ("", of(altered("ADD CONSTRAINT", "c"), altered("VALIDATE CONSTRAINT", "c")));
    EXPECT_EQ("", of(altered("ADD COLUMN", "a", "public.t"), altered("ADD COLUMN", "a", "public.u")));
}

TEST(Conflicts, ANewNameIsOneThatTheOtherKnows) {
    EXPECT_EQ("", of(rename_table("public.t", "public.u"), altered("ADD COLUMN", "a", "public.u")));
    EXPECT_EQ("", of(rename_column("a", "b"), altered("TYPE", "b")));
    EXPECT_EQ("", of(rename_table("public.t", "public.u"), dropped("table", "public.u")));
}

TEST(Conflicts, RenameAfterUse) {
    EXPECT_EQ("1-2 table public.t\n", of(altered("ADD COLUMN", "a"), rename_table("public.t", "public.u")));
    EXPECT_EQ("1-2 table public.t\n", of(used(), rename_table("public.t", "public.u")));
    EXPECT_EQ("1-2 column a of table public.t\n", of(altered("TYPE", "a"), rename_column("a", "b")));
    EXPECT_EQ("1-2 table column public.t.a\n", of(used("a"), rename_column("a", "b")));
}

TEST(Conflicts, DropOfWhatTheOtherWorksWith) {
    EXPECT_EQ("1-2 table public.t\n", of(altered("ADD COLUMN", "a"), dropped("table", "public.t")));
    EXPECT_EQ("1-2 table public.t\n", of(used(), dropped("table", "public.t")));
    EXPECT_EQ("1-2 column a of table public.t\n", of(altered("TYPE", "a"), altered("DROP COLUMN", "a")));
    EXPECT_EQ("1-2 column a of table public.t\n", of(altered("DEFAULT", "a"), dropped("table column", "public.t.a")));
    EXPECT_EQ("1-2 table column public.t.a\n", of(used("a"), altered("DROP COLUMN", "a")));
    EXPECT_EQ("", of(used("a"), altered("DROP COLUMN", "b")));
}

TEST(Conflicts, QuotedNamesMayHoldWhatSeparatesTheParts) {
    EXPECT_EQ("1-2 column \"a.b\" of table public.t\n",
              of(altered("DEFAULT", "\"a.b\""), dropped("table column", "public.t.\"a.b\"")));
    EXPECT_EQ("1-2 column a of table \"x on y\".\"t.\"\" on u\"\n",
              of(altered("DEFAULT", "a", "\"x on y\".\"t.\"\" on u\""),
                 dropped("table column", "\"x on y\".\"t.\"\" on u\".a")));
    EXPECT_EQ("1-2 constraint \"c on d\" of table public.t\n",
              of(altered("ALTER CONSTRAINT", "\"c on d\""), dropped("table constraint", "\"c on d\" on public.t")));
}

TEST(Conflicts, BothSetOneThing) {
    EXPECT_EQ("1-2 column a of table public.t\n", of(altered("TYPE", "a"), altered("TYPE", "a")));
    EXPECT_EQ("1-2 column a of table public.t\n", of(altered("DEFAULT", "a"), altered("DEFAULT", "a")));
    EXPECT_EQ("1-2 table public.t\n", of(altered("COMMENT"), altered("COMMENT")));
    EXPECT_EQ("1-2 table public.t\n", of(altered("SET", "fillfactor"), altered("SET", "fillfactor")));
    EXPECT_EQ("", of(altered("SET", "fillfactor"), altered("SET", "autovacuum_enabled")));
    EXPECT_EQ("", of(altered("TYPE", "a"), altered("DEFAULT", "a")));
    EXPECT_EQ("1-2 column a of table public.t\n", of(altered("SET NOT NULL", "a"), altered("DROP NOT NULL", "a")));
    EXPECT_EQ("1-2 table public.t\n", of(altered("OWNER TO"), altered("OWNER TO")));
    EXPECT_EQ("1-2 table public.t\n", of(altered("ENABLE ROW LEVEL SECURITY"), altered("DISABLE ROW LEVEL SECURITY")));
}

TEST(Conflicts, EqualStatementsAreNone) {
    auto const by = [](TouchedObject object, std::string statement, bool conditional = false) {
        object.statement = std::move(statement);
        object.conditional = conditional;
        return object;
    };
    EXPECT_EQ("", of(by(altered("DEFAULT", "a"), "x"), by(altered("DEFAULT", "a"), "x")));
    EXPECT_EQ("1-2 column a of table public.t\n",
              of(by(altered("DEFAULT", "a"), "x"), by(altered("DEFAULT", "a"), "y")));
    // The second of the first migration is not.
    EXPECT_EQ("1-2 column a of table public.t\n",
              pairs({{"1", false, {by(altered("DEFAULT", "a"), "x"), by(altered("DEFAULT", "a"), "y")}},
                     {"2", false, {by(altered("DEFAULT", "a"), "x")}}}));
    EXPECT_EQ("", of(by(created("view", "public.v"), "x", true), by(created("view", "public.v"), "x", true)));
    EXPECT_EQ("1-2 view public.v\n",
              of(by(created("view", "public.v"), "x", true), by(created("view", "public.v"), "y", true)));
    // Only what does not fail if it is there can be meant for another state of the database.
    EXPECT_EQ("", of(dropped("view", "public.v"), by(created("view", "public.v"), "x")));
    EXPECT_EQ("1-2 view public.v\n", of(dropped("view", "public.v"), by(created("view", "public.v"), "x", true)));
}

TEST(Conflicts, Rights) {
    EXPECT_EQ("1-2 table public.t\n", of(altered("GRANT", "SELECT TO app"), altered("REVOKE", "SELECT FROM app")));
    EXPECT_EQ("1-2 table public.t\n",
              of(altered("REVOKE", "ALL FROM \"a TO b\""), altered("GRANT", "INSERT, SELECT TO \"a TO b\"")));
    EXPECT_EQ("", of(altered("GRANT", "SELECT TO app"), altered("GRANT", "SELECT TO app")));
    EXPECT_EQ("", of(altered("GRANT", "SELECT TO app"), altered("REVOKE", "INSERT FROM app")));
    EXPECT_EQ("", of(altered("GRANT", "SELECT TO app"), altered("REVOKE", "SELECT FROM web")));
    EXPECT_EQ("", of(altered("GRANT", "SELECT (a) TO app"), altered("REVOKE", "SELECT (b) FROM app")));
}

TEST(Conflicts, ValuesOfAnEnumAreOrdered) {
    TouchedObject const x{How::altered, "type", "public.mood", "'x'", "ADD VALUE"};
    TouchedObject const y{How::altered, "type", "public.mood", "'y'", "ADD VALUE"};
    EXPECT_EQ("1-2 type public.mood\n", of(x, y));
}

TEST(Conflicts, CausesFoundByTrials) {
    std::vector<Touches> const migrations{{"1", false, {used()}},
                                          {"2", false, {altered("ADD COLUMN", "b", "public.u")}},
                                          {"3", false, {}, Touches::Stop{"23502", "column \"a\" has nulls", ""}}};
    auto const found = [&](FailureCause const &cause) { return find_conflicts(migrations, {cause}); };
    ASSERT_EQ(1u, found({2, false, 0}).size());
    EXPECT_EQ("1", found({2, false, 0})[0].version_a);
    EXPECT_EQ("table public.t", found({2, false, 0})[0].object);
    EXPECT_EQ("3 fails after 1, and succeeds without it: \"column \"a\" has nulls\" (SQLSTATE 23502)",
              found({2, false, 0})[0].why);
    EXPECT_TRUE(found({2, false, std::nullopt}).empty());
    EXPECT_TRUE(found({2, true, std::nullopt}).empty());
    // Names do not explain what happens without the others, too; what is applied is never without.
    std::vector<Touches> named{{"1", false, {dropped("table", "public.t")}},
                               {"2", false, {}, Touches::Stop{"42P01", "relation \"t\" does not exist", ""}}};
    EXPECT_TRUE(find_conflicts(named, {{1, true, std::nullopt}}).empty());
    named[0].applied = true;
    EXPECT_EQ(1u, find_conflicts(named, {{1, true, std::nullopt}}).size());
}

TEST(Conflicts, BothCreateOneName) {
    EXPECT_EQ("1-2 function public.f(integer)\n",
              of(created("function", "public.f(integer)"), created("function", "public.f(integer)")));
    // The second one takes it away before: it knows of it.
    EXPECT_EQ("", pairs({{"1", false, {created("view", "public.v")}},
                         {"2", false, {dropped("view", "public.v"), created("view", "public.v")}}}));
}

TEST(Conflicts, WhatStopsOneIsExplained) {
    EXPECT_EQ("1-2 column total of table public.t\n",
              stop(rename_column("total", "sum"), "42703", "column \"total\" of relation \"t\" does not exist"));
    EXPECT_EQ("1-2 table public.t\n",
              stop(rename_table("public.t", "public.u"), "42P01", "relation \"public.t\" does not exist"));
    EXPECT_EQ("1-2 table public.t\n", stop(dropped("table", "public.t"), "42P01", "relation \"t\" does not exist"));
    EXPECT_EQ("1-2 table column public.t.a\n",
              stop(dropped("table column", "public.t.a"), "42703", "column \"a\" does not exist"));
    EXPECT_EQ("1-2 table public.t\n", stop(created("table", "public.t"), "42P07", "relation \"t\" already exists"));
    EXPECT_EQ("1-2 column a of table public.t\n",
              stop(altered("ADD COLUMN", "a"), "42701", "column \"a\" of relation \"t\" already exists"));
    EXPECT_EQ("1-2 function public.f(integer)\n", stop(created("function", "public.f(integer)"), "42723",
                                                       "function \"f\" already exists with same argument types"));
    // Nobody's doing.
    EXPECT_EQ("", stop(rename_column("total", "sum"), "42703", "column \"other\" does not exist"));
    EXPECT_EQ("", stop(rename_column("total", "sum"), "22012", "division by zero"));
}

TEST(Conflicts, AppliedOnesAmongThemselvesAreNone) {
    EXPECT_EQ("", pairs({{"2", true, {altered("TYPE", "a")}}, {"3", true, {altered("TYPE", "a")}}}));
    EXPECT_EQ("2-1 column a of table public.t\n",
              pairs({{"2", true, {altered("TYPE", "a")}}, {"1", false, {altered("TYPE", "a")}}}));
}

TEST(Conflicts, OutOfOrder) {
    auto const run = [](TouchedObject applied, TouchedObject pending) {
        EXPECT_EQ("", pairs({{"5", true, {applied}}, {"6", false, {pending}}}));
        return pairs({{"5", true, {applied}}, {"1", false, {pending}}});
    };
    EXPECT_EQ("5-1 table public.t\n", run(created("table", "public.t"), altered("ADD COLUMN", "a")));
    EXPECT_EQ("5-1 table public.s\n", run(rename_table("public.s", "public.t"), altered("ADD COLUMN", "a")));
    EXPECT_EQ("", run(altered("ADD COLUMN", "b"), altered("ADD COLUMN", "a")));
    EXPECT_EQ("", run(created("index", "public.i"), altered("ADD COLUMN", "a")));
}

TEST(Conflicts, AThirdOne) {
    EXPECT_EQ("1-3 table public.t\n2-3 table public.t\n", pairs({{"1", false, {altered("ADD COLUMN", "a")}},
                                                                 {"2", false, {altered("ADD COLUMN", "b")}},
                                                                 {"3", false, {dropped("table", "public.t")}}}));
    // What the first made is the affair of all that come after it, in order.
    EXPECT_EQ("", pairs({{"1", false, {created("table", "public.t")}},
                         {"2", false, {altered("ADD COLUMN", "b")}},
                         {"3", false, {rename_table("public.t", "public.u")}}}));
}

} // namespace
} // namespace mig
