#include "core/adopt/history_choice.hpp"
#include "failure_of.hpp"

#include <set>

using mig::FoundTable;
using mig::HistoryTable;
using mig::test::contains;
using mig::test::failure_of;

namespace {

FoundTable table(std::string schema, std::string name, std::vector<std::pair<std::string, char>> columns) {
    std::string quoted = schema + "." + name;
    return {std::move(schema), std::move(name), std::move(quoted), std::move(columns)};
}

// As the tool called `word` makes it, beside a column that it does not need.
FoundTable made_by(std::string_view word, std::string schema = "public", std::string name = {}) {
    for (mig::HistoryTool const &tool : mig::history_tools()) {
        if (tool.words[0] != word)
            continue;
        FoundTable made = table(std::move(schema), name.empty() ? std::string(tool.tables[0]) : name, {{"more", 'U'}});
        for (mig::ColumnShape const &column : tool.columns)
            if (!column.name.empty())
                made.columns.emplace_back(column.name, column.category);
        return made;
    }
    ADD_FAILURE() << "there is no tool " << word;
    return {};
}

std::string chosen(std::string_view text, std::vector<FoundTable> const &found) {
    HistoryTable const history = choose_history(mig::parse_history_request(text), found);
    return std::string(history.tool->words[0]) + " " + history.table->quoted;
}

std::string parsed(std::string_view text) {
    mig::HistoryRequest const request = mig::parse_history_request(text);
    std::string result = request.tool ? std::string(request.tool->words[0]) : "any";
    return result + " <" + request.schema + "> <" + request.tables.front() + ">" + (request.named ? "" : " not named");
}

} // namespace

TEST(HistoryChoice, EveryToolIsRecognisedByWhatItMakes) {
    std::set<std::string_view> words;
    for (mig::HistoryTool const &tool : mig::history_tools()) {
        std::string const word(tool.words[0]);
        EXPECT_EQ(chosen("auto", {made_by(word)}), word + " public." + std::string(tool.tables[0]));
        EXPECT_EQ(chosen(word, {made_by(word, "app")}), word + " app." + std::string(tool.tables[0]));
        EXPECT_EQ(chosen("app.renamed", {made_by(word, "app", "renamed")}), word + " app.renamed");
        EXPECT_EQ(chosen(word + ":renamed", {made_by(word, "app", "renamed")}), word + " app.renamed");
        for (std::string_view const each : tool.words)
            EXPECT_TRUE(each.empty() || words.insert(each).second) << each;
    }
    EXPECT_EQ(chosen("rails", {made_by("dbmate")}), "dbmate public.schema_migrations");
    EXPECT_EQ(chosen("Flyway", {made_by("flyway", "public", "schema_version")}), "flyway public.schema_version");
}

TEST(HistoryChoice, TheShapeTellsTablesOfOneNameApart) {
    EXPECT_EQ(chosen("auto", {table("s", "schema_migrations", {{"version", 'S'}})}), "dbmate s.schema_migrations");
    EXPECT_EQ(chosen("auto", {table("s", "schema_migrations", {{"version", 'N'}, {"dirty", 'B'}})}),
              "golang-migrate s.schema_migrations");
    EXPECT_EQ(chosen("auto", {table("s", "schema_migrations", {{"version", 'N'}, {"inserted_at", 'D'}})}),
              "ecto s.schema_migrations");
    EXPECT_EQ(chosen("auto", {table("s", "schema_version", {{"version", 'N'}})}), "tern s.schema_version");
    // Somebody's own tables.
    for (FoundTable const &other :
         {table("s", "schema_migrations", {{"version", 'N'}}), table("s", "changes", {{"change", 'S'}}),
          table("s", "migrations", {{"id", 'N'}, {"name", 'S'}}), table("s", "schema_version", {{"version", 'S'}})})
        EXPECT_STREQ(failure_of([&] { chosen("auto", {other}); }).state, mig::sqlstate::undefined_table);
}

TEST(HistoryChoice, AToolIsNotGivenAnothersTable) {
    EXPECT_STREQ(failure_of([] { chosen("dbmate", {made_by("supabase")}); }).state, mig::sqlstate::undefined_table);
    EXPECT_EQ(chosen("supabase", {made_by("dbmate", "auth"), made_by("supabase", "supabase_migrations")}),
              "supabase supabase_migrations.schema_migrations");
    // Unless it is named.
    EXPECT_EQ(chosen("dbmate:public.schema_migrations", {made_by("supabase")}), "dbmate public.schema_migrations");
    mig::Failure const failure = failure_of([] { chosen("flyway:public.schema_migrations", {made_by("dbmate")}); });
    EXPECT_STREQ(failure.state, mig::sqlstate::invalid_parameter);
    EXPECT_EQ(failure.message, "table public.schema_migrations is not a history of Flyway");
    EXPECT_TRUE(contains(failure.detail, "success (boolean)")) << failure.detail;
}

TEST(HistoryChoice, SeveralAreNamedAndNoneIsTaken) {
    mig::Failure const two = failure_of([] { chosen("auto", {made_by("flyway"), made_by("goose")}); });
    EXPECT_STREQ(two.state, mig::sqlstate::invalid_parameter);
    EXPECT_EQ(two.message, "there are 2 histories of other tools");
    EXPECT_EQ(two.detail, "They are public.flyway_schema_history of Flyway, public.goose_db_version of goose.");
    EXPECT_EQ(two.hint, "Specify which: SELECT * FROM migrator.adopt('flyway:public.flyway_schema_history').");
    EXPECT_EQ(chosen("goose", {made_by("flyway"), made_by("goose")}), "goose public.goose_db_version");

    mig::Failure const one = failure_of([] { chosen("knex", {made_by("knex", "a"), made_by("knex", "b")}); });
    EXPECT_EQ(one.detail, "They are a.knex_migrations of knex, b.knex_migrations of knex.");
    // The name of a table that is in two schemas.
    EXPECT_STREQ(failure_of([] {
                     chosen("x", {made_by("knex", "a", "x"), made_by("knex", "b", "x")});
                 }).state,
                 mig::sqlstate::invalid_parameter);
}

TEST(HistoryChoice, NoneIsAFailureThatSaysWhatIsLookedFor) {
    mig::Failure const none = failure_of([] { chosen("auto", {}); });
    EXPECT_STREQ(none.state, mig::sqlstate::undefined_table);
    EXPECT_TRUE(contains(none.detail, "Flyway (flyway_schema_history or schema_version)")) << none.detail;
    mig::Failure const flyway = failure_of([] { chosen("flyway", {}); });
    EXPECT_EQ(flyway.message, "there is no history of Flyway in this database");
    EXPECT_EQ(flyway.hint, "If it has another name: SELECT * FROM migrator.adopt('flyway:schema.table').");
    EXPECT_EQ(failure_of([] { chosen("flywey", {}); }).message, "there is no tool or table \"flywey\"");
    EXPECT_EQ(failure_of([] { chosen("goose:a.b", {}); }).message, "there is no table \"a.b\"");
}

TEST(HistoryChoice, WhatTheCallerSays) {
    EXPECT_EQ(parsed("auto"), "any <> <schema_migrations> not named");
    EXPECT_EQ(parsed("AUTO:t"), "any <> <t>");
    EXPECT_EQ(parsed("knex"), "knex <> <knex_migrations> not named");
    EXPECT_EQ(parsed("knex:T"), "knex <> <t>");
    EXPECT_EQ(parsed("knex:App.T"), "knex <app> <t>");
    EXPECT_EQ(parsed(R"(sqitch:"My ""odd"".one"."T:x")"), R"(sqitch <My "odd".one> <T:x>)");
    EXPECT_EQ(parsed(R"("knex")"), "any <> <knex>");
    EXPECT_EQ(parsed(R"("a:b".c)"), "any <a:b> <c>");
    EXPECT_EQ(parsed("a.b"), "any <a> <b>");
    EXPECT_EQ(parsed("tabelle_\xC3\xA4"), "any <> <tabelle_\xC3\xA4>");
    for (std::string_view const text : {"", ":", ":t", "knex:", "knex:.t", "knex:a.", "a.b.c", "a b", "nix:t", "\"a",
                                        "\"\"", "\"a\"b", "a\"b\"", "knex:a.b'", "knex:t.(x)"}) {
        mig::Failure const failure = failure_of([&] { parsed(text); });
        EXPECT_STREQ(failure.state, mig::sqlstate::invalid_parameter) << text;
    }
}

TEST(HistoryChoice, TheQueryReadsFromWhatItIsGiven) {
    FoundTable const odd = made_by("goose", "s", "odd");
    std::string const sql =
        history_query(choose_history(mig::parse_history_request("goose:s.odd"), {odd}), "(SELECT 1)");
    EXPECT_TRUE(contains(sql, "FROM (SELECT 1) AS history WHERE version_id <> 0")) << sql;
}
