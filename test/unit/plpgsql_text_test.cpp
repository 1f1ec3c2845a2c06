#include "core/plpgsql_text.hpp"

#include <gtest/gtest.h>

using mig::concatenated;
using Names = std::vector<std::string>;

TEST(PlpgsqlText, finds_what_is_concatenated) {
    Names const names{"t", "other"};
    EXPECT_EQ(concatenated("BEGIN EXECUTE 'DROP TABLE ' || t; END", names), Names{"t"});
    EXPECT_EQ(concatenated("BEGIN EXECUTE T || ' x' || other INTO r USING a; END", names), (Names{"t", "other"}));
    EXPECT_EQ(concatenated("execute ('a' || t)", names), Names{"t"});
    EXPECT_EQ(concatenated("EXECUTE $x$ a $x$ || \"t\"", names), Names{"t"});
    EXPECT_EQ(concatenated("EXECUTE E'it\\'s ; ' || t", names), Names{"t"});
}

TEST(PlpgsqlText, leaves_the_rest_alone) {
    Names const names{"t"};
    for (const char *const body :
         {"EXECUTE 'a' || quote_ident(t)", "EXECUTE format('%I', 'x' || t)", "EXECUTE 'a' || t::regclass",
          "EXECUTE 'a' USING 'b' || t", "x := 'a' || t;", "-- EXECUTE 'a' || t\n", "/* EXECUTE /* 'a' */ || t */",
          "RAISE 'EXECUTE %', 'a' || t;", "EXECUTE 'a ''|| t'", "EXECUTE 'a' || r.t", "EXECUTE 'a' || t.x",
          "EXECUTE 'a'; x := 'b' || t", "EXECUTE", "EXECUTE (", "EXECUTE )", "EXECUTE $x$ a || t", "'", ""})
        EXPECT_EQ(concatenated(body, names), Names{}) << body;
}

TEST(PlpgsqlText, finds_the_end_of_a_transaction) {
    using mig::ends_transactions;
    for (const char *const body :
         {"BEGIN COMMIT; END", "begin insert into t values (1); rollback; end", "BEGIN LOOP Commit; END LOOP; END",
          "BEGIN IF a THEN NULL; ELSE COMMIT AND CHAIN; END IF; END", "BEGIN /* x */ <<l>> COMMIT /* y */ ; END",
          "BEGIN COMMIT"})
        EXPECT_TRUE(ends_transactions(body)) << body;
    for (const char *const body :
         {"BEGIN NULL; END", "BEGIN RAISE 'COMMIT;'; END", "-- COMMIT;\nBEGIN END", "BEGIN commit := 1; END",
          "BEGIN x := commit; END", "BEGIN PERFORM rollback(); END", "BEGIN EXECUTE $x$ COMMIT; $x$; END",
          "BEGIN \"commit\"(); END", ""})
        EXPECT_FALSE(ends_transactions(body)) << body;
}

TEST(PlpgsqlText, finds_what_it_calls) {
    auto const called = [](const char *body) {
        std::string all;
        for (mig::ProcedureName const &one : mig::called_procedures(body))
            all += one.schema + "/" + one.name + " ";
        return all;
    };
    EXPECT_EQ(called("BEGIN CALL p(); IF a THEN call S.\"Q\" ('x'); END IF; END"), "/p s/Q ");
    EXPECT_EQ(called("BEGIN call := 1; x := call(1); RAISE 'CALL p()'; -- CALL p()\nPERFORM call(); END"), "");
    for (const char *const body : {"BEGIN CALL", "BEGIN CALL p", "BEGIN CALL p.", "BEGIN CALL (", ""})
        EXPECT_EQ(called(body), "") << body;
}
