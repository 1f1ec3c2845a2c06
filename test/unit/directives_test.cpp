#include "core/migration/directives.hpp"
#include "core/text/duration.hpp"
#include "failure_of.hpp"
#include "home_document.hpp"
#include "stand_in_scanner.hpp"

using mig::Directives;
using mig::directives_of;
using mig::duration_ms;
using mig::Failure;
using mig::FileDirectives;
using mig::parse_stored_directives;
using mig::to_text;
using mig::test::contains;
using mig::test::failure_of;
using mig::test::lex;
using mig::test::parse_document;

namespace {

std::string up(std::string const &file) {
    return to_text(directives_of(lex(file), parse_document(lex(file))).up).value_or("none");
}

std::string down(std::string const &file) {
    return to_text(directives_of(lex(file), parse_document(lex(file))).down).value_or("none");
}

Failure refusal(std::string const &file) {
    Failure const failure = failure_of([&] { directives_of(lex(file), parse_document(lex(file))); });
    EXPECT_STREQ(failure.state, mig::sqlstate::malformed_file) << file;
    return failure;
}

} // namespace

TEST(Directives, AreReadFromLineComments) {
    EXPECT_EQ(up("SELECT 1"), "none");
    EXPECT_EQ(up("-- migrator: no-transaction\nSELECT 1"), "no-transaction");
    EXPECT_EQ(up("--migrator:no-transaction\nSELECT 1"), "no-transaction");
    EXPECT_EQ(up("-- Migrator : No-Transaction\r\nSELECT 1"), "no-transaction");
    EXPECT_EQ(up("-- a word\n-- migrator: lock_timeout=2s lock_retries=10\n/* and */ SELECT 1"),
              "lock_timeout=2000ms lock_retries=10");
    EXPECT_EQ(up("-- migrator: lock_timeout = 2s\n-- migrator: no-transaction statement_timeout =5min\n"),
              "no-transaction lock_timeout=2000ms statement_timeout=300000ms");
    EXPECT_EQ(up("SELECT '\n-- migrator: nonsense\n'"), "none");
}

TEST(Directives, BelongToTheirSection) {
    std::string const file = "-- migrator: lock_retries=1\n-- UP\n-- migrator: no-transaction\nSELECT 1;\n"
                             "-- DOWN\n-- migrator: lock_timeout=1s\nSELECT 2;\n";
    EXPECT_EQ(up(file), "no-transaction lock_retries=1");
    EXPECT_EQ(down(file), "lock_timeout=1000ms lock_retries=1");
    std::string const implicit = "-- migrator: no-transaction\nSELECT 1;\n-- DOWN\nSELECT 2;\n";
    EXPECT_EQ(up(implicit), "no-transaction");
    EXPECT_EQ(down(implicit), "none");
}

TEST(Directives, WhatIsNotUnderstoodIsAnErrorWithItsLine) {
    EXPECT_EQ(refusal("\n-- migrator: no-transacton\nSELECT 1").message, "line 2: unknown directive \"no-transacton\"");
    EXPECT_TRUE(contains(refusal("-- migrator: lock-timeout=2s\n").hint, "lock_timeout"));
    refusal("-- migrator:\nSELECT 1");
    refusal("-- migrator: no-transaction=on\n");
    refusal("-- migrator: lock_timeout\n");
    refusal("-- migrator: lock_timeout=2 parsecs\n");
    refusal("-- migrator: lock_timeout=-1\n");
    refusal("-- migrator: lock_retries=many\n");
    refusal("-- migrator: lock_retries=1001\n");
    refusal("-- migrator: lock_retries==3\n");
    refusal("-- migrator: lock_retries=3\n-- migrator: lock_retries=4\n");
    EXPECT_TRUE(contains(refusal("SELECT 1;\n-- migrator: no-transaction\n").message, "after a statement"));
    EXPECT_TRUE(contains(refusal("-- migrator no-transaction\n").message, "colon"));
    EXPECT_TRUE(contains(refusal("/* migrator: no-transaction */\n").message, "block comment"));
}

TEST(Directives, OtherCommentsAreComments) {
    EXPECT_EQ(up("-- migrator is what runs this\nSELECT 1"), "none");
    EXPECT_EQ(up("-- migrators: two\nSELECT 1"), "none");
    EXPECT_EQ(up("-- see migrator: no-transaction\nSELECT 1"), "none");
}

TEST(Directives, AreStoredAndReadBack) {
    Directives const read =
        parse_stored_directives("no-transaction lock_timeout=2000ms lock_retries=0 from_the_future=1");
    EXPECT_EQ(to_text(read), "no-transaction lock_timeout=2000ms lock_retries=0");
    EXPECT_EQ(to_text(parse_stored_directives("")), std::nullopt);
}

TEST(Directives, AllowanceIsForWhatItStandsAbove) {
    EXPECT_EQ(up("-- migrator: allow=drop-column nobody reads it\nSELECT 1; SELECT 2"),
              "allow=drop-column: nobody reads it");
    EXPECT_EQ(up("-- migrator: no-transaction\n-- UP\n\nSELECT 1;\n-- migrator: allow = Drop-Column  it is: empty \n"
                 "SELECT 2;\n-- DOWN\nSELECT 3"),
              "no-transaction\nallow=drop-column line 4: it is: empty");
    EXPECT_EQ(up("-- migrator: allow=a why\n-- UP\nSELECT 1;\n-- migrator: allow=b because\n\nSELECT 2"),
              "allow=a: why\nallow=b line 4: because");
    EXPECT_EQ(up("SELECT 1; -- migrator: allow=a why\nSELECT 2; SELECT 3"), "allow=a line 2: why");
}

TEST(Directives, AllowanceNeedsRuleReasonAndStatement) {
    EXPECT_TRUE(contains(refusal("-- migrator: allow=\nSELECT 1").message, "line 1: allow needs the name"));
    EXPECT_TRUE(contains(refusal("-- migrator: allow=drop-column\nSELECT 1").message, "needs a reason"));
    EXPECT_TRUE(contains(refusal("-- migrator: allow=a,b why\nSELECT 1").message, "one rule"));
    EXPECT_TRUE(contains(refusal("SELECT 1;\n-- migrator: allow=a why\n").message, "after the last statement"));
    EXPECT_TRUE(contains(refusal("SELECT 1,\n-- migrator: allow=a why\n2;").message, "inside a statement"));
    EXPECT_TRUE(contains(refusal("SELECT 1;\n-- DOWN\n-- migrator: allow=a why\nSELECT 2").message, "down section"));
    EXPECT_TRUE(contains(refusal("-- migrator allow=a why\n").message, "colon"));
}

TEST(Directives, AllowancesAreStoredReadBackAndFound) {
    std::string const text = "no-transaction\nallow=drop-column line 12: it is: empty\nallow=truncate: why";
    Directives const read = parse_stored_directives(text);
    EXPECT_EQ(to_text(read), text);
    mig::AllowedRules const allowed(read.allowances);
    EXPECT_TRUE(allowed.silences("drop-column", 12));
    EXPECT_FALSE(allowed.silences("drop-column", 13));
    EXPECT_FALSE(allowed.silences("drop-column", 0));
    EXPECT_TRUE(allowed.silences("truncate", 3));
    EXPECT_TRUE(allowed.silences("truncate", 0));
    EXPECT_FALSE(allowed.silences("drop", 3));
    EXPECT_EQ(mig::parse_stored_allowance("allow=no-reason"), std::nullopt);
}

TEST(Duration, IsReadAsTheServerReadsIt) {
    EXPECT_EQ(duration_ms("250"), 250);
    EXPECT_EQ(duration_ms("1500us"), 2);
    EXPECT_EQ(duration_ms("2s"), 2000);
    EXPECT_EQ(duration_ms("1.5min"), 90000);
    EXPECT_EQ(duration_ms("1h"), 3600000);
    EXPECT_EQ(duration_ms("1d"), 86400000);
    EXPECT_EQ(duration_ms("0"), 0);
    for (const char *bad : {"", "s", "-1", "2 s", "2S", "1e3", "nan", "inf", "25d", "99999999999999999999"})
        EXPECT_EQ(duration_ms(bad), std::nullopt) << bad;
}
