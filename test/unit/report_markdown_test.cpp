#include "core/report/markdown_text.hpp"
#include "report_examples.hpp"

#include <gtest/gtest.h>

using namespace mig::report;

namespace {

bool has(std::string const &text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(MarkdownText, CodeIsOneLineAndEndsWhereItEnds) {
    EXPECT_EQ(code("SELECT 1"), "`SELECT 1`");
    EXPECT_EQ(code("\n SELECT\t1;\r\n-- x\n"), "`SELECT 1; -- x`");
    EXPECT_EQ(code(""), "");
    EXPECT_EQ(code(" \n"), "");
    EXPECT_EQ(code("@all <b> #1"), "`@all <b> #1`"); // inert within code
    EXPECT_EQ(code("a|b"), "<code>a&#124;b</code>");
    EXPECT_EQ(code("`*<"), "<code>&#96;&#42;&#60;</code>");
    EXPECT_EQ(code("a\\|b"), "<code>a&#92;&#124;b</code>");
    EXPECT_EQ(code("\xc3\xa4|"), "<code>\xc3\xa4&#124;</code>");
}

TEST(MarkdownText, ProseIsNoMarkup) {
    EXPECT_EQ(prose("reads all of public.order_items"), "reads all of public.order_items");
    EXPECT_EQ(prose("_a_ *b* `c` [d](e) ~f~"), "\\_a\\_ \\*b\\* \\`c\\` \\[d\\](e) \\~f\\~");
    EXPECT_EQ(prose("<img src=x>&amp;"), "&lt;img src=x&gt;&amp;amp;");
    EXPECT_EQ(prose("@everyone #12 :bomb: http://x www.x"),
              "@<!-- -->everyone #<!-- -->12 :<!-- -->bomb: http:<!-- -->//x www.<!-- -->x");
    EXPECT_EQ(prose("WWW.x wWw.x Www.x w.w.w.x"), "WWW.<!-- -->x wWw.<!-- -->x Www.<!-- -->x w.w.w.x");
    EXPECT_EQ(prose("GH-26 gh-26 Gh-26 (GH-1)"), "GH-<!-- -->26 gh-<!-- -->26 Gh-<!-- -->26 (GH-<!-- -->1)");
    EXPECT_EQ(prose("high-water utf-8 - 7 -1"), "high-water utf-8 - 7 -1");
    EXPECT_EQ(prose("$1 a|b\nc"), "<span>$</span>1 a&#124;b c");
    EXPECT_EQ(prose("a\\|b"), "a\\\\&#124;b");
}

TEST(MarkdownText, TimesAndSizesHaveTwoDigits) {
    EXPECT_EQ(rounded_duration(0), "<1 ms");
    EXPECT_EQ(rounded_duration(0.99), "<1 ms");
    EXPECT_EQ(rounded_duration(1), "1 ms");
    EXPECT_EQ(rounded_duration(12.6), "13 ms");
    EXPECT_EQ(rounded_duration(994), "990 ms");
    EXPECT_EQ(rounded_duration(999), "1 s");
    EXPECT_EQ(rounded_duration(1234), "1.2 s");
    EXPECT_EQ(rounded_duration(59000), "59 s");
    EXPECT_EQ(rounded_duration(150e3), "2.5 min");
    EXPECT_EQ(rounded_duration(7200e3), "2 h");
    EXPECT_EQ(rounded_size(0), "0 bytes");
    EXPECT_EQ(rounded_size(8192), "8 kB");
    EXPECT_EQ(rounded_size(1024 * 1024), "1 MB");
    EXPECT_EQ(rounded_size(std::int64_t{5} << 40), "5 TB");
    EXPECT_EQ(counted(1, "table"), "1 table");
    EXPECT_EQ(counted(2, "table"), "2 tables");
}

TEST(ReportMarkdown, NothingPending) {
    Report report;
    report.module = "main";
    EXPECT_EQ(markdown(report), "### Migrations: nothing is pending\n");
    report.target = "7";
    report.module = "bill|ing";
    EXPECT_EQ(markdown(report), "### Migrations of <code>bill&#124;ing</code>: nothing is pending up to `7`\n");
}

TEST(ReportMarkdown, SaysWhatMatters) {
    Report report = example::report();
    report.source_root = "db";
    EXPECT_EQ(markdown(report), R"(### Migrations: 2 pending, 4 statements, **fails**, 1 warning

> [!CAUTION]
> **The rehearsal fails** in `2` budget, `db/2_budget.sql` line 1, statement 1: `column "budgt" does not exist` (`42703`)
>
> `UPDATE projects SET budgt = 0`

| | |
| --- | --- |
| Reads and writes wait for | `public.orders` for 1.2 s (`1` line 3) |
| Writes wait for | `public.users` for 1.2 s (`1` line 3) |
| Rewritten | `public.orders` |
| Read in full | `public.orders` |
| Irreversible | `2` |
| Rehearsed | 2 of 4 statements in 1.2 s, 3 kB of WAL |

#### `1` orders

`db/1_orders.sql`, reversible

- :warning: **warning** `set-not-null-scans` line 3: SET NOT NULL reads all of public.orders<br>_Add a CHECK first._

<details><summary>2 statements, 1.2 s</summary>

| line | statement | time | rows | locks | effects |
| ---: | --- | ---: | ---: | --- | --- |
| 2 | `CREATE TABLE lines (id int)` | <1 ms | 0 | `public.lines` AccessExclusive |  |
| 3 | `ALTER TABLE orders ALTER total SET NOT NULL` | 1.2 s | 0 | `public.orders` AccessExclusive, Share<br>`public.users` Share | rewrites `public.orders`<br>reads all of `public.orders` |

</details>

#### `2` budget

`db/2_budget.sql`, **irreversible**

<details><summary>2 statements</summary>

| line | statement | time | rows | locks | effects |
| ---: | --- | ---: | ---: | --- | --- |
| 1 | `UPDATE projects SET budgt = 0` |  |  |  | **fails:** `column "budgt" does not exist` |
| 2 | `SELECT 1` |  | 0 |  | not rehearsed |

</details>
)");
}

TEST(ReportMarkdown, SaysWhyItWasNotRehearsed) {
    Report report = example::report();
    report.migrations.pop_back();
    report.migrations[0].pending = false;
    report.refusal = Refusal{"migration 1 (orders) was changed", "MG001"};
    std::string const text = markdown(report);
    EXPECT_TRUE(has(text, "### Migrations: 0 pending, 2 statements, **not rehearsed**, 1 warning\n"));
    EXPECT_TRUE(has(text, "> [!CAUTION]\n> **Not rehearsed:** `migration 1 (orders) was changed` (`MG001`)\n"));
    EXPECT_TRUE(has(text, "`1_orders.sql`, not pending\n"));
    report.migrations.clear();
    EXPECT_TRUE(has(markdown(report), "**Not rehearsed:**"));
}

TEST(ReportMarkdown, AFailureOutsideOfStatements) {
    Report report = example::report();
    Statement &failed = report.migrations[1].statements[0];
    failed.seen.statement = 0;
    failed.seen.sql.clear();
    failed.seen.command = "deferred constraints";
    std::string const text = markdown(report);
    EXPECT_TRUE(has(text, "line 1: `column \"budgt\" does not exist` (`42703`)\n>\n> `deferred constraints`\n"));
    EXPECT_TRUE(has(text, "| 1 | `deferred constraints` |"));
}

TEST(ReportMarkdown, ShowsWhatTheTextDoesNotSay) {
    using How = mig::TouchedObject::How;
    Report report = example::report();
    auto &statements = report.migrations[0].statements;
    statements[0].seen.objects = {{How::dropped, "view", "public.v", "", "cascade"},
                                  {How::dropped, "table", "public.t", "", ""},
                                  {How::created, "table", "public.c", "", ""}};
    statements[1].seen.command = "DO";
    statements[1].seen.objects = {{How::created, "table", "public.d", "", ""},
                                  {How::used, "table", "public.u", "", ""}};
    statements[1].seen.note = "rehearsed without CONCURRENTLY";
    statements[1].seen.blocks = {"pid 7 would wait"};
    std::string const text = markdown(report);
    EXPECT_TRUE(has(text, "`dropped view public.v (cascade)` |\n"));
    EXPECT_FALSE(has(text, "public.c"));
    EXPECT_TRUE(has(text, "`created table public.d`<br>pid 7 would wait<br>rehearsed without CONCURRENTLY |\n"));
    EXPECT_FALSE(has(text, "public.u`"));
}

TEST(ReportMarkdown, LongTextsAreShortened) {
    Report report = example::report();
    report.migrations[0].statements[0].seen.sql = std::string(100000, 'x');
    report.migrations[0].findings[0].message = std::string(100000, 'y');
    for (int i = 0; i < 1000; ++i)
        report.migrations[0].statements[0].seen.locks.push_back({"t" + std::to_string(i), "RowExclusiveLock"});
    std::string const text = markdown(report);
    EXPECT_LT(text.size(), 8000u);
    EXPECT_TRUE(has(text, "x ...` |"));
    EXPECT_TRUE(has(text, "<br>and 981 more |"));
}

// The most that any report may have; of each, what is left out is said.
constexpr std::size_t limit = 60000;

TEST(ReportMarkdown, TablesOfHarmlessMigrationsGoFirst) {
    Report report = example::report();
    for (int i = 3; i < 150; ++i) {
        auto one = example::migration(std::to_string(i), "more");
        one.statements.assign(3, example::statement(1, 1, "SELECT", std::string(100, 's')));
        report.migrations.push_back(one);
    }
    std::string const text = markdown(report);
    EXPECT_LE(text.size(), limit);
    EXPECT_GT(text.size(), limit - 2000);
    EXPECT_TRUE(has(text, "ALTER TABLE orders ALTER total SET NOT NULL"));
    EXPECT_TRUE(has(text, "#### `149` more"));
    EXPECT_TRUE(has(text, "\nShortened to fit into a comment. Left out: the statements of "));
}

TEST(ReportMarkdown, ErrorsStayTheLongest) {
    Report report = example::report();
    for (int i = 3; i < 601; ++i) {
        auto one = example::migration(std::to_string(i), "more");
        one.statements.assign(1, example::statement(1, 1, "SELECT", "SELECT 1"));
        one.findings = {example::finding(one.version, 1, 1, i == 300 ? mig::Severity::error : mig::Severity::warning,
                                         std::string(300, 'm') + one.version)};
        report.migrations.push_back(one);
    }
    std::string const few = markdown(report);
    EXPECT_LE(few.size(), limit);
    EXPECT_TRUE(has(few, "Left out: the statements of 600 migrations, "));
    EXPECT_TRUE(has(few, ":x: **error**"));
    EXPECT_TRUE(has(few, "#### `600` more"));
    for (int i = 0; i < 3000; ++i)
        report.migrations.push_back(example::migration("v" + std::to_string(i), std::string(200, 'n')));
    EXPECT_LE(markdown(report).size(), limit);
    EXPECT_TRUE(has(markdown(report), "Left out: 3000 migrations, the statements of 600 migrations, "));
}

TEST(ReportMarkdown, AHostileNameDoesNotBreakTheLimit) {
    Report report = example::report();
    for (int i = 0; i < 500; ++i) {
        report.migrations[0].statements[1].seen.rewrites.push_back(std::string(63, '`') + std::to_string(i));
        report.migrations[0].statements[1].seen.scans.push_back(std::string(63, '|') + std::to_string(i));
        report.migrations[0].statements[1].seen.locks.push_back({std::string(126, '`'), "AccessExclusiveLock"});
    }
    report.migrations[1].statements[0].seen.error = std::string(1000000, '`');
    report.migrations[1].statements[0].seen.sql = std::string(1000000, '|');
    EXPECT_LE(markdown(report).size(), limit);
}

TEST(ReportMarkdown, AFailureAmongTooManyStatementsIsShown) {
    Report report = example::report();
    auto &statements = report.migrations[1].statements;
    auto const failed = statements[0];
    statements.assign(500, example::statement(1, 1, "SELECT", "SELECT 1"));
    statements[300] = failed;
    std::string const text = markdown(report);
    EXPECT_TRUE(has(text, "<details><summary>500 statements"));
    EXPECT_TRUE(has(text, "| **fails:** `column"));
    EXPECT_TRUE(has(text, "\nand 399 more\n"));
}

} // namespace
