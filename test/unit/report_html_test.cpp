#include "core/report/html_text.hpp"
#include "report_examples.hpp"

#include <gtest/gtest.h>

using namespace mig::report;

namespace {

bool has(std::string const &text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(HtmlText, NothingOfItIsMarkup) {
    EXPECT_EQ(escape_html("<a b=\"c\" d='e'>&amp;`"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;&#96;");
    EXPECT_EQ(escape_html("a\n\tb\r\n"), "a\n\tb\n");
    EXPECT_EQ(escape_html_line("a\n\tb"), "a  b");
    EXPECT_EQ(escape_html(std::string("\x01\x7f\0", 3)), "\\u0001\\u007F\\u0000");
}

TEST(HtmlText, IsAscii) {
    EXPECT_EQ(to_ascii("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x98"), "a&#xE4;&#x20AC;&#x1F418;");
    EXPECT_EQ(to_ascii("\xff|\xc3|\xe2\x82|\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80"),
              "\\xFF|\\xC3|\\xE2\\x82|\\xC0\\xAF|\\xED\\xA0\\x80|\\xF4\\x90\\x80\\x80");
}

TEST(HtmlText, LabelsEndAtACharacter) {
    EXPECT_EQ(shortened_label("abc", 3), "abc");
    EXPECT_EQ(shortened_label("abcd", 3), "ab...");
    EXPECT_EQ(shortened_label("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 3), "\xc3\xa4\xc3\xa4...");
}

// Markdown, text and HTML say the same things in the same order.
TEST(ReportForPeople, HasOneOrder) {
    Report report = example::report();
    report.conflicts = {{"1", "2", "table public.orders", "both alter it"}};
    report.plan_token = "v1.a.b.c";
    report.migrations[0].allowed = {{example::finding("1", 1, 2, mig::Severity::error, "it goes"), "nobody reads it"}};
    report.migrations[0].statements[0].seen.emptied = {"public.emptied"};
    for (Format const format : {Format::markdown, Format::text, Format::html}) {
        std::string const text = render(format, report);
        std::size_t at = 0;
        for (const char *const part :
             {"The rehearsal fails", "both alter it", "public.emptied", "public.orders", "public.users", "Rewritten",
              "Read in full", "Irreversible", "nobody reads it", "2 of 4 statements", "v1.a.b.c", "Add a CHECK first."}) {
            std::size_t const found = text.find(part, at);
            ASSERT_NE(found, std::string::npos) << name_of(format) << ": " << part << " is not behind\n" << text;
            at = found;
        }
    }
}

TEST(ReportForPeople, ConcurrentlyKeepsNobodyWaiting) {
    Report report = example::report();
    report.migrations.pop_back();
    auto &statements = report.migrations[0].statements;
    statements.erase(statements.begin());
    statements[0].seen.command = "CREATE INDEX CONCURRENTLY";
    statements[0].seen.plain_form = true;
    statements[0].seen.rewrites.clear();
    report.migrations[0].findings.clear();
    for (Format const format : {Format::markdown, Format::text, Format::html}) {
        std::string const text = render(format, report);
        EXPECT_TRUE(has(text, "no hazards")) << text;
        EXPECT_FALSE(has(text, "ait for")) << text;
        EXPECT_TRUE(has(text, "without CONCURRENTLY, which by itself keeps nobody from reading and writing")) << text;
    }
    EXPECT_FALSE(has(html(report), "class=\"reads\""));
}

// A lock is held to the end of its migration; of a table, the longest is said, with its place.
TEST(ReportForPeople, SaysForHowLong) {
    Report report = example::report();
    auto &first = report.migrations[0].statements;
    first.push_back(example::statement(3, 4, "SELECT", "SELECT pg_sleep(4)"));
    first[2].seen.execution_time_ms = 4000;
    EXPECT_TRUE(has(text(report), "public.orders for 5.2 s (1 line 3)"));
    report.migrations[0].transactional = false;
    EXPECT_TRUE(has(text(report), "public.orders for 1.2 s (1 line 3)"));
    first[1].seen.execution_time_ms.reset();
    EXPECT_TRUE(has(text(report), "public.orders, not measured (1 line 3)"));
    first[1].seen.held_ms = 250;
    EXPECT_TRUE(has(text(report), "public.orders for 250 ms (1 line 3)"));
    first[1].seen.locks = {{"public.orders_pkey", "AccessExclusiveLock", "public.orders"}};
    EXPECT_TRUE(has(text(report), "Reads and writes wait for\n  public.orders for 250 ms (1 line 3)"));
}

TEST(ReportForPeople, EachThingIsSaidOnce) {
    Report report = example::report();
    for (auto &migration : report.migrations)
        migration.findings = {example::finding(migration.version, 1, 1, mig::Severity::info, "no limit", "Set one.")};
    for (Format const format : {Format::markdown, Format::text, Format::html}) {
        std::string const text = render(format, report);
        std::size_t const first = text.find("no limit");
        ASSERT_NE(first, std::string::npos);
        EXPECT_EQ(text.find("no limit", first + 1), std::string::npos) << text;
        EXPECT_TRUE(has(text, "also in 2")) << text;
    }
}

TEST(ReportForPeople, WhatIsMadeOnTheWayIsNoLoss) {
    using How = mig::TouchedObject::How;
    Report report = example::report();
    report.migrations[0].statements[1].seen.objects = {
        {How::dropped, "table", "public.lines", "", ""},
        {How::dropped, "table", "public.old", "", ""},
        {How::dropped, "table column", "public.old.id", "", ""},
        {How::dropped, "trigger", "t on public.old", "", ""},
        {How::dropped, "index", "public.old_pkey", "", ""},
        {How::dropped, "view", "public.v", "", "cascade"},
    };
    std::string const all = text(report);
    EXPECT_TRUE(has(all, "Removes\n  table public.old (1 line 3)\n  view public.v (1 line 3)\n\n")) << all;
}

TEST(ReportHtml, LoadsAndRunsNothing) {
    Report report = example::report();
    std::string const hostile = "</script></title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>`";
    report.module = report.source_root = hostile;
    report.target = hostile;
    report.plan_token = hostile;
    report.refusal = Refusal{hostile, hostile};
    report.relations = {{hostile, 1, 1}};
    report.conflicts = {{hostile, "1", hostile, hostile}};
    for (auto &migration : report.migrations) {
        migration.name = hostile;
        migration.source = hostile;
        migration.allowed = {{example::finding("1", 1, 1, mig::Severity::error, hostile, hostile), hostile}};
        migration.findings = {example::finding("1", 1, 1, mig::Severity::error, hostile, hostile + migration.version)};
        for (auto &statement : migration.statements) {
            auto &seen = statement.seen;
            seen.sql = seen.command = hostile;
            seen.locks = {{hostile, "AccessExclusiveLock"}};
            seen.rewrites = seen.scans = seen.blocks = seen.emptied = {hostile};
            seen.note = hostile;
            seen.objects = {{mig::TouchedObject::How::dropped, hostile, hostile, hostile, hostile}};
        }
    }
    std::string const text = html(report);
    for (const char *const tag : {"<script", "<img", "onerror=alert(1)>`", "'><"})
        EXPECT_FALSE(has(text, tag)) << tag;
    // Nothing but the style sheet's own tag is a style, and no attribute is one.
    EXPECT_EQ(text.find("<style>"), text.rfind("<style>"));
    EXPECT_EQ(text.find("</style>"), text.rfind("</style>"));
    EXPECT_FALSE(has(text, " style="));
    EXPECT_FALSE(has(text, "http://"));
    EXPECT_FALSE(has(text, "https://"));
    EXPECT_TRUE(has(text, "default-src 'none'; style-src 'sha256-"));
}

TEST(ReportHtml, NothingPending) {
    Report report;
    report.module = "main";
    EXPECT_TRUE(has(html(report), "nothing is pending"));
    EXPECT_FALSE(has(html(report), "<section"));
    EXPECT_EQ(text(report), "Migrations: nothing is pending\n");
}

} // namespace
