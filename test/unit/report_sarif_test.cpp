#include "report_examples.hpp"

#include <gtest/gtest.h>

using namespace mig::report;

namespace {

bool has(std::string const &text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t count(std::string const &text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++n;
    return n;
}

std::string fingerprint(std::string const &text, std::size_t number) {
    std::string_view const key = "\"migratorStatement/v1\": \"";
    std::size_t at = text.find(key);
    while (number-- > 0)
        at = text.find(key, at + 1);
    return at == std::string::npos ? "" : text.substr(at + key.size(), 18);
}

TEST(ReportSarif, EachResultHasRuleLevelMessageAndPlace) {
    Report report = example::report();
    report.source_root = "db/migrations";
    std::string const text = sarif(report);
    EXPECT_EQ(count(text, "\"ruleId\""), 3u); // a finding, a rewrite, a failure
    EXPECT_EQ(count(text, "\"startLine\""), 3u);
    EXPECT_TRUE(has(text, R"("ruleId": "set-not-null-scans",
          "ruleIndex": 3,
          "level": "warning",
          "message": {
            "text": "SET NOT NULL reads all of public.orders. Add a CHECK first."
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "db/migrations/1_orders.sql",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startLine": 3,
                  "startColumn": 1,
                  "endLine": 3,
                  "endColumn": 44
                }
              },)"));
    EXPECT_TRUE(has(text, R"("ruleId": "rehearsal-rewrite",
          "ruleIndex": 1,
          "level": "note",)"));
    EXPECT_TRUE(has(text, R"("level": "error",
          "message": {
            "text": "The rehearsal fails here: column \"budgt\" does not exist (SQLSTATE 42703)."
          })"));
    EXPECT_TRUE(has(text, R"("id": "set-not-null-scans",
              "name": "SetNotNullScans",)"));
    EXPECT_TRUE(has(text, "-- migrator: allow=set-not-null-scans and the reason"));
    EXPECT_TRUE(has(text, R"("id": "migrator/main/")"));
    EXPECT_FALSE(has(text, "primaryLocationLineHash"));
}

// Of a run, either all results have suppressions or none has.
TEST(ReportSarif, WhatIsAllowedIsSuppressed) {
    Report report = example::report();
    EXPECT_FALSE(has(sarif(report), "suppressions"));
    report.migrations[0].allowed = {
        {example::finding("1", 2, 3, mig::Severity::error, "it goes"), "nobody \"reads\" it"}};
    std::string const text = sarif(report);
    EXPECT_TRUE(has(text, R"("kind": "inSource",)"));
    EXPECT_TRUE(has(text, R"("justification": "nobody \"reads\" it")"));
    std::size_t results = 0, suppressions = 0;
    for (std::size_t at = 0; (at = text.find("\"ruleId\"", at)) != std::string::npos; ++at)
        ++results;
    for (std::size_t at = 0; (at = text.find("\"suppressions\"", at)) != std::string::npos; ++at)
        ++suppressions;
    EXPECT_EQ(results, suppressions);
    EXPECT_GT(results, 2u);
}

TEST(ReportSarif, NothingPendingIsARunWithoutResults) {
    Report report = example::report();
    report.migrations.clear();
    std::string const text = sarif(report);
    EXPECT_TRUE(has(text, "\"results\": []"));
    EXPECT_TRUE(has(text, "\"id\": \"rehearsal-error\""));
}

TEST(ReportSarif, WhyItWasNotRehearsedIsANotification) {
    Report report = example::report();
    EXPECT_TRUE(has(sarif(report), "\"executionSuccessful\": true,\n          \"toolExecutionNotifications\": []"));
    report.refusal = mig::report::Refusal{"another migration run is in progress", "55P03"};
    EXPECT_TRUE(has(sarif(report), "\"executionSuccessful\": false"));
    EXPECT_TRUE(has(sarif(report), "\"Not rehearsed: another migration run is in progress.\""));
}

TEST(ReportSarif, AFindingOfTheWholeMigrationIsOnALine) {
    Report report = example::report();
    report.migrations[0].findings[0].statement = 0;
    report.migrations[0].findings[0].line = 0;
    std::string const text = sarif(report);
    EXPECT_TRUE(has(text, "\"region\": {\n                  \"startLine\": 1\n                }"));
}

TEST(ReportSarif, AnUnknownRuleHasNoIndex) {
    Report report = example::report();
    report.rules.clear();
    EXPECT_TRUE(has(sarif(report), "\"ruleId\": \"set-not-null-scans\",\n          \"level\""));
}

TEST(ReportSarif, PathsAreUris) {
    Report report = example::report();
    auto const uri = [&](std::string source) {
        report.migrations[0].source = std::move(source);
        std::string const text = sarif(report);
        std::size_t const begin = text.find("\"uri\": \"") + 8;
        return text.substr(begin, text.find('"', begin) - begin);
    };
    EXPECT_EQ(uri("a b%#?:\\1.sql"), "a%20b%25%23%3F%3A%5C1.sql");
    EXPECT_EQ(uri("\xc3\xa4.sql"), "%C3%A4.sql");
    EXPECT_EQ(uri("/srv/1.sql"), "file:///srv/1.sql");
    EXPECT_FALSE(has(sarif(report).substr(0, sarif(report).find("/srv/1.sql") + 120), "uriBaseId\": \"%SRC"));
    report.utf8 = false;
    EXPECT_EQ(uri("\xe4.sql"), "\xe4.sql");
}

TEST(ReportSarif, AFingerprintStaysWhenLinesAreAddedAbove) {
    Report report = example::report();
    std::string const before = fingerprint(sarif(report), 0);
    EXPECT_EQ(before.substr(16), ":1");
    report.migrations[0].statements[1].region.line += 7;
    report.migrations[0].findings[0].line += 7;
    EXPECT_EQ(fingerprint(sarif(report), 0), before);
    report.migrations[0].statements[1].seen.sql += " ";
    EXPECT_NE(fingerprint(sarif(report), 0), before);
    report.migrations[0].findings.push_back(report.migrations[0].findings[0]);
    EXPECT_EQ(fingerprint(sarif(report), 1), fingerprint(sarif(report), 0).substr(0, 16) + ":2");
}

TEST(ReportSarif, NoMoreResultsThanAreTaken) {
    Report report = example::report();
    auto const info = example::finding("1", 1, 1, mig::Severity::info, "x");
    report.migrations[0].findings.insert(report.migrations[0].findings.begin(), 30000, info);
    std::string const text = sarif(report);
    EXPECT_EQ(count(text, "\"ruleId\""), 5000u);
    EXPECT_EQ(count(text, "\"level\": \"error\""), 1u);
    EXPECT_TRUE(has(text, "25003 results are left out"));
}

TEST(ReportSarif, ALongMessageIsShortened) {
    Report report = example::report();
    report.migrations[0].findings[0].message = std::string(100000, 'x');
    EXPECT_LT(sarif(report).size(), 20000u);
}

} // namespace
