#include "core/base/failure.hpp"
#include "core/report/json_writer.hpp"
#include "report_examples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using mig::report::JsonWriter;

namespace {

template <class T>
std::string written(T const &value) {
    return JsonWriter().value(value).take();
}

TEST(JsonWriter, Numbers) {
    EXPECT_EQ(written(std::int64_t{-9007199254740993}), "-9007199254740993\n");
    EXPECT_EQ(written(0.0), "0\n");
    EXPECT_EQ(written(-0.0001), "0\n");
    EXPECT_EQ(written(1.5), "1.5\n");
    EXPECT_EQ(written(1234.5678), "1234.568\n");
    EXPECT_EQ(written(100.0), "100\n");
    EXPECT_EQ(written(-2.25), "-2.25\n");
    EXPECT_EQ(written(std::nan("")), "null\n");
    EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "null\n");
    EXPECT_GT(written(std::numeric_limits<double>::max()).size(), 300u);
}

TEST(JsonWriter, StringsAreEscaped) {
    EXPECT_EQ(written("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"\n");
    EXPECT_EQ(written("\n\r\t"), "\"\\n\\r\\t\"\n");
    EXPECT_EQ(written(std::string("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\\u007f\"\n");
    EXPECT_EQ(written("\xc3\xa4\xff"), "\"\xc3\xa4\xff\"\n"); // the encoding is the caller's
}

TEST(JsonWriter, NestsAndSeparates) {
    JsonWriter out;
    out.object().key("none").array().end().key("empty").object().end();
    out.key("list").array().value(1).value("x").object().member("a", true).end().end();
    out.member("null", std::optional<double>()).end();
    EXPECT_EQ(out.take(), R"({
  "none": [],
  "empty": {},
  "list": [
    1,
    "x",
    {
      "a": true
    }
  ],
  "null": null
}
)");
}

bool has(std::string const &text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(ReportJson, NothingPending) {
    mig::report::Report report;
    report.module = "main";
    report.target = "7";
    std::string const text = mig::report::json(report);
    EXPECT_TRUE(has(text, "\"migrations\": []"));
    EXPECT_TRUE(has(text, "\"target\": \"7\""));
}

TEST(ReportJson, WhatIsNotKnownIsNullAndTheRestIsThere) {
    std::string const text = mig::report::json(example::report());
    EXPECT_TRUE(has(text, "\"rehearsed\": 2,\n    \"failed\": true,\n    \"errors\": 0,\n    \"warnings\": 1,"));
    EXPECT_TRUE(has(text, "\"duration_ms\": 1234.25,\n    \"wal_bytes\": 3072"));
    // A table that the migration made itself is in nobody's way.
    EXPECT_TRUE(has(text, "\"reads_wait\": [\n      \"public.orders\"\n    ],\n    \"writes_wait\": [\n      "
                          "\"public.users\"\n    ]"));
    EXPECT_TRUE(has(text, "\"irreversible\": [\n      \"2\"\n    ]"));
    EXPECT_TRUE(has(text, "\"duration_ms\": null,\n          \"rows\": null,\n          \"wal_bytes\": null"));
    EXPECT_TRUE(has(text, "\"error\": \"column \\\"budgt\\\" does not exist\",\n          \"sqlstate\": \"42703\""));
    EXPECT_TRUE(has(text, "\"relation\": \"public.users\",\n              \"mode\": \"ShareLock\""));
    EXPECT_TRUE(has(text, "\"severity\": \"warning\""));
}

TEST(ReportJson, WhyItWasNotRehearsed) {
    mig::report::Report report = example::report();
    report.migrations.pop_back();
    EXPECT_TRUE(has(mig::report::json(report), "\"refusal\": null"));
    EXPECT_TRUE(has(mig::report::json(report), "\"failed\": false"));
    report.refusal = {"another migration run is in progress", "55P03"};
    report.migrations[0].pending = false;
    std::string const text = mig::report::json(report);
    EXPECT_TRUE(has(text, "\"message\": \"another migration run is in progress\",\n    \"sqlstate\": \"55P03\""));
    EXPECT_TRUE(has(text, "\"failed\": true"));
    EXPECT_TRUE(has(text, "\"pending\": 0"));
    EXPECT_TRUE(has(text, "\"pending\": false"));
}

TEST(ReportJson, TheSourceIsBelowItsRoot) {
    mig::report::Report report = example::report();
    report.source_root = "./db/migrations/";
    report.migrations[0].source = "./a/1.sql";
    report.migrations[1].source = std::nullopt;
    std::string const text = mig::report::json(report);
    EXPECT_TRUE(has(text, "\"source\": \"db/migrations/a/1.sql\""));
    EXPECT_TRUE(has(text, "\"source\": null"));
}

TEST(Report, Paths) {
    mig::report::Report report;
    auto one = example::migration("1", "a");
    auto const path = [&](const char *root) {
        report.source_root = root;
        return path_of(report, one);
    };
    EXPECT_EQ(path(""), "1_a.sql");
    EXPECT_EQ(path("."), "1_a.sql");
    EXPECT_EQ(path("./"), "1_a.sql");
    EXPECT_EQ(path("db//"), "db/1_a.sql");
    one.source = "/srv/1.sql";
    EXPECT_EQ(path("db"), "/srv/1.sql");
    one.source = std::nullopt;
    EXPECT_EQ(path("db"), "db/1_a.sql");
}

TEST(Report, Formats) {
    EXPECT_EQ(mig::report::format_named("SARIF"), mig::report::Format::sarif);
    EXPECT_EQ(mig::report::format_named("json"), mig::report::Format::json);
    EXPECT_EQ(mig::report::format_named("markdown"), mig::report::Format::markdown);
    for (const char *word : {"", "pdf", " json", "jsonx"})
        EXPECT_THROW(mig::report::format_named(word), mig::Failure) << word;
}

} // namespace
