#include "core/inventory/code_effect.hpp"
#include "core/inventory/comparison.hpp"

#include <gtest/gtest.h>

using mig::DatabaseObject;
using mig::Inventory;
using mig::ObjectKind;

namespace {

DatabaseObject object(ObjectKind kind, std::string schema, std::string name, std::string table = "", char type = ' ',
                      bool reported = true) {
    return {kind, std::move(schema), std::move(table), std::move(name), "", "", type, reported};
}

std::string missing(Inventory const &inventory, std::vector<DatabaseObject> const &database = {}) {
    std::string text;
    for (mig::MissingObject const &one : compare(inventory, database, [](std::size_t) { return true; }).missing)
        text += (text.empty() ? "" : ", ") + one.text;
    return text;
}

std::string not_created(Inventory const &inventory, std::vector<DatabaseObject> const &database) {
    std::string text;
    for (std::string const &one : compare(inventory, database, [](std::size_t) { return true; }).not_created)
        text += (text.empty() ? "" : ", ") + one;
    return text;
}

struct Tables : testing::Test {
    Inventory inventory;
    Inventory::Id table(const char *name) { return inventory.add(ObjectKind::table, "s", name); }
    Inventory::Id column(Inventory::Id of, const char *name) {
        return inventory.add_part(ObjectKind::column, of, name);
    }
};

} // namespace

TEST_F(Tables, WhatIsPartOfSomethingMissingIsNotRepeated) {
    Inventory::Id const t = table("t");
    column(t, "c");
    EXPECT_EQ(missing(inventory), "table s.t");
    std::vector<DatabaseObject> const there{object(ObjectKind::table, "s", "t"), object(ObjectKind::table, "s", "u"),
                                            object(ObjectKind::column, "s", "d", "t"),
                                            object(ObjectKind::column, "s", "e", "u")};
    EXPECT_EQ(missing(inventory, there), "column c of table s.t");
    EXPECT_EQ(not_created(inventory, there), "table s.u, column d of table s.t");
    inventory.add_schema("s");
    EXPECT_EQ(missing(inventory), "schema s");
}

TEST_F(Tables, AnotherKindOfTheSameNameIsMissingAndBesides) {
    table("t");
    std::vector<DatabaseObject> const there{object(ObjectKind::view, "s", "t")};
    EXPECT_EQ(missing(inventory, there), "table s.t");
    EXPECT_EQ(not_created(inventory, there), "view s.t");
}

TEST_F(Tables, PartsGoWithTheirWhole) {
    Inventory::Id const t = table("t"), c = column(t, "c");
    Inventory::Id const check = inventory.add_part(ObjectKind::constraint, t, "k");
    inventory.depend(check, c);
    inventory.drop(c, false);
    EXPECT_EQ(inventory.find_part(ObjectKind::constraint, t, "k"), Inventory::none);
    Inventory::Id const partition = table("p");
    inventory.inherit(partition, t);
    inventory.edit(partition).partition_of = t;
    inventory.drop(t, false);
    EXPECT_EQ(missing(inventory), "");
}

TEST_F(Tables, ADetachedPartitionStays) {
    Inventory::Id const t = table("t"), partition = table("p");
    inventory.inherit(partition, t);
    inventory.edit(partition).partition_of = t;
    inventory.leave(partition);
    inventory.drop(t, false);
    EXPECT_EQ(missing(inventory), "table s.p");
}

TEST_F(Tables, KeepTheirPartsUnderNewNames) {
    Inventory::Id const t = table("t");
    inventory.rename(column(t, "c"), "d");
    inventory.rename(t, "u");
    inventory.rename_schema("s", "z");
    inventory.move(t, "y");
    std::vector<DatabaseObject> const there{object(ObjectKind::table, "y", "u"),
                                            object(ObjectKind::column, "y", "d", "u")};
    EXPECT_EQ(missing(inventory, there) + not_created(inventory, there), "");
    EXPECT_EQ(missing(inventory), "table y.u");
}

TEST_F(Tables, TakeTheirIndexesIntoAnotherSchemaButNotTheirStatistics) {
    Inventory::Id const t = table("t");
    for (ObjectKind const kind : {ObjectKind::index, ObjectKind::statistics}) {
        Inventory::Id const part = inventory.add(kind, "s", "p");
        inventory.edit(part).parent = t;
        inventory.depend(part, t);
    }
    inventory.move(t, "z");
    EXPECT_NE(inventory.find(ObjectKind::index, "z", "p"), Inventory::none);
    EXPECT_NE(inventory.find(ObjectKind::statistics, "s", "p"), Inventory::none);
    EXPECT_EQ(missing(inventory, {object(ObjectKind::table, "z", "t")}), "index z.p, statistics s.p");
}

TEST_F(Tables, AConstraintHasTheNameOfItsIndex) {
    Inventory::Id const t = table("t"), key = inventory.add_part(ObjectKind::constraint, t, "k");
    inventory.add_index_name(key);
    EXPECT_EQ(inventory.find(ObjectKind::index, "s", "k"), key);
    EXPECT_EQ(inventory.add(ObjectKind::index, "s", "k"), key);
    inventory.rename(key, "l");
    EXPECT_EQ(inventory.find(ObjectKind::index, "s", "k"), Inventory::none);
    EXPECT_EQ(inventory.find_part(ObjectKind::constraint, t, "l"), key);
    inventory.move(t, "z");
    EXPECT_EQ(inventory.find(ObjectKind::index, "z", "l"), key);
}

TEST_F(Tables, ANameOfTheServersChoiceMayDiffer) {
    Inventory::Id const t = table("t");
    for (int i = 0; i < 2; ++i) {
        Inventory::Id const check = inventory.add_part(ObjectKind::constraint, t,
                                                       inventory.chosen_name(ObjectKind::constraint, t, "c", "check"));
        inventory.edit(check).named = false;
        inventory.edit(check).type = 'c';
    }
    std::vector<DatabaseObject> there{
        object(ObjectKind::table, "s", "t"), object(ObjectKind::constraint, "s", "t_c_check1", "t", 'c'),
        object(ObjectKind::constraint, "s", "x", "t", 'c'), object(ObjectKind::constraint, "s", "y", "t", 'u')};
    EXPECT_EQ(missing(inventory, there), "");
    EXPECT_EQ(not_created(inventory, there), "constraint y of table s.t");
    there.erase(there.begin() + 2);
    EXPECT_EQ(missing(inventory, there), "constraint t_c_check of table s.t");
}

TEST_F(Tables, AChosenNameIsCutAsTheServerCutsIt) {
    Inventory::Id const t = table(std::string(63, 't').c_str());
    EXPECT_EQ(inventory.chosen_name(ObjectKind::index, t, std::string(63, 'c'), "idx"),
              std::string(29, 't') + "_" + std::string(29, 'c') + "_idx");
    EXPECT_EQ(inventory.chosen_name(ObjectKind::index, t, "", "pkey"), std::string(58, 't') + "_pkey");
}

TEST_F(Tables, DoubtEndsWhereTheObjectIsCreatedAgain) {
    table("t");
    table("u");
    inventory.doubt({"t", "v"});
    EXPECT_EQ(missing(inventory), "table s.u");
    inventory.doubt_all();
    EXPECT_EQ(missing(inventory), "");
    table("t");
    EXPECT_EQ(missing(inventory), "table s.t");
    inventory.doubt({"t"});
    EXPECT_EQ(missing(inventory), "");
}

TEST_F(Tables, CascadeMayTakeAlongWhatMentionsTheName) {
    Inventory::Id const t = table("t");
    Inventory::Id const v = inventory.add(ObjectKind::view, "s", "v"), w = inventory.add(ObjectKind::view, "s", "w");
    inventory.mention(v, "t");
    inventory.mention(w, "v");
    inventory.add(ObjectKind::view, "s", "x");
    inventory.drop(t, true);
    EXPECT_EQ(missing(inventory), "view s.x");
}

TEST_F(Tables, ARenamedObjectIsStillWhatIsMentioned) {
    Inventory::Id const t = table("t");
    Inventory::Id const v = inventory.add(ObjectKind::view, "s", "v");
    inventory.mention(v, "t");
    inventory.rename(t, "u");
    Inventory::Id const w = inventory.add(ObjectKind::view, "s", "w");
    inventory.mention(w, "u");
    inventory.rename(t, "t");
    inventory.rename(t, "x");
    inventory.drop(t, true);
    EXPECT_EQ(missing(inventory), "");
}

TEST_F(Tables, WhatStatementsOnlyReferToIsNotTheirs) {
    column(inventory.refer(ObjectKind::table, "s", "t"), "c");
    EXPECT_EQ(missing(inventory), "");
    EXPECT_EQ(not_created(inventory, {object(ObjectKind::table, "s", "t"), object(ObjectKind::column, "s", "c", "t")}),
              "table s.t");
    EXPECT_EQ(missing(inventory, {object(ObjectKind::table, "s", "t")}), "");
}

TEST(CodeEffect, FindsWhatIsDroppedAndWhatIsComputed) {
    auto const effect = [](std::string_view code) {
        mig::CodeEffect const found = mig::effect_of_code(code);
        return std::string(found.removes ? "removes" : "") + (found.computes ? " computes" : "");
    };
    EXPECT_EQ(effect("BEGIN PERFORM 1; END"), "");
    EXPECT_EQ(effect("BEGIN EXECUTE 'CREATE TABLE ' || name; END"), "");
    EXPECT_EQ(effect("BEGIN CREATE SCHEMA a; END"), "");
    EXPECT_EQ(effect("BEGIN drop table a; END"), "removes");
    EXPECT_EQ(effect("ALTER TABLE a SET  SCHEMA b"), "removes");
    EXPECT_EQ(effect("EXECUTE 'DROP TABLE a';"), "removes");
    EXPECT_EQ(effect("EXECUTE 'DROP ''TABLE''' USING x;"), "removes");
    EXPECT_EQ(effect("EXECUTE $a$ DROP TABLE a $a$ ;"), "removes");
    EXPECT_EQ(effect("EXECUTE 'DROP TABLE ' || x;"), "removes computes");
    EXPECT_EQ(effect("EXECUTE format('DROP TABLE %I', x)"), "removes computes");
    EXPECT_EQ(effect("EXECUTE 'DROP"), "removes computes");
    EXPECT_EQ(effect("DROP TABLE a; CREATE TRIGGER t EXECUTE FUNCTION f()"), "removes");
    EXPECT_EQ(effect("EXECUTE"), "");
    mig::CodeEffect const words = mig::effect_of_code("drop table App.\"odd \"\"name\", 'x.y'");
    for (const char *const word : {"app", "App", "odd ", "x", "y"})
        EXPECT_EQ(words.words.count(word), 1u) << word;
}

TEST(ObjectKind, NamesGoBothWays) {
    for (int i = 0; i <= static_cast<int>(ObjectKind::server); ++i) {
        auto const kind = static_cast<ObjectKind>(i);
        EXPECT_EQ(mig::object_kind_named(to_text(kind)), kind);
    }
    EXPECT_EQ(mig::object_kind_named("thing"), std::nullopt);
}
