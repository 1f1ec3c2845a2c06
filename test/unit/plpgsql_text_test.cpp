#include "core/text/plpgsql_text.hpp"

#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

using mig::test::lex;
using Names = std::vector<std::string>;

namespace {

Names concatenated_names(std::string_view body, Names const &names) {
    return mig::concatenated_names(lex(body), names);
}

} // namespace

TEST(PlpgsqlText, finds_what_is_concatenated) {
    Names const names{"t", "other"};
    EXPECT_EQ(concatenated_names("BEGIN EXECUTE 'DROP TABLE ' || t; END", names), Names{"t"});
    EXPECT_EQ(concatenated_names("BEGIN EXECUTE T || ' x' || other INTO r USING a; END", names), (Names{"t", "other"}));
    EXPECT_EQ(concatenated_names("execute ('a' || t)", names), Names{"t"});
    EXPECT_EQ(concatenated_names("EXECUTE $x$ a $x$ || \"t\"", names), Names{"t"});
    EXPECT_EQ(concatenated_names("EXECUTE E'it\\'s ; ' || t", names), Names{"t"});
}

TEST(PlpgsqlText, leaves_the_rest_alone) {
    Names const names{"t"};
    for (const char *const body :
         {"EXECUTE 'a' || quote_ident(t)", "EXECUTE format('%I', 'x' || t)", "EXECUTE 'a' || t::regclass",
          "EXECUTE 'a' USING 'b' || t", "x := 'a' || t;", "-- EXECUTE 'a' || t\n", "/* EXECUTE /* 'a' */ || t */",
          "RAISE 'EXECUTE %', 'a' || t;", "EXECUTE 'a ''|| t'", "EXECUTE 'a' || r.t", "EXECUTE 'a' || t.x",
          "EXECUTE 'a'; x := 'b' || t", "EXECUTE", "EXECUTE (", "EXECUTE )", "EXECUTE $1 || 'a'", ""})
        EXPECT_EQ(concatenated_names(body, names), Names{}) << body;
}

namespace {

std::string endings(std::string_view body) {
    std::string all;
    for (mig::TransactionEnd const &one : mig::transaction_ends_in(lex(body)))
        all += (one.block                 ? "do " + *one.block
                : one.called.name.empty() ? "own"
                                          : one.called.schema + "/" + one.called.name +
                                                std::string(static_cast<std::size_t>(one.called.arguments), '.')) +
               (one.handled ? "! " : " ");
    return all;
}

} // namespace

TEST(PlpgsqlText, finds_the_end_of_a_transaction) {
    for (const char *const body :
         {"BEGIN COMMIT; END", "begin insert into t values (1); rollback; end", "BEGIN LOOP Commit; END LOOP; END",
          "BEGIN IF a THEN NULL; ELSE COMMIT AND CHAIN; END IF; END", "BEGIN /* x */ <<l>> COMMIT /* y */ ; END",
          "BEGIN COMMIT"})
        EXPECT_EQ(endings(body), "own ") << body;
    for (const char *const body : {"BEGIN NULL; END", "BEGIN RAISE 'COMMIT;'; END", "-- COMMIT;\nBEGIN END",
                                   "BEGIN commit := 1; END", "BEGIN x := commit; END", "BEGIN PERFORM rollback(); END",
                                   "BEGIN EXECUTE $x$ COMMIT; $x$; END", "BEGIN \"commit\"(); END", ""})
        EXPECT_EQ(endings(body), "") << body;
}

TEST(PlpgsqlText, finds_what_it_calls) {
    EXPECT_EQ(endings("BEGIN CALL p(); IF a THEN call S.\"Q\" ('x'); END IF; END"), "/p s/Q. ");
    EXPECT_EQ(endings("CALL p(); CALL q()"), "/p /q ");
    EXPECT_EQ(endings("BEGIN call := 1; x := call(1); RAISE 'CALL p()'; -- CALL p()\nPERFORM call(); END"), "");
    EXPECT_EQ(endings("BEGIN CALL p(f(1, 2), ARRAY[3, 4], 'a,b'); CALL q(((1))); CALL r(COMMIT, ';'); COMMIT; END"),
              "/p... /q. /r.. own ");
    EXPECT_EQ(endings("BEGIN CALL p(1; COMMIT; END"), "/p. own ");
    for (const char *const body : {"BEGIN CALL", "BEGIN CALL p", "BEGIN CALL p.", "BEGIN CALL (", "BEGIN CALL p)", ""})
        EXPECT_EQ(endings(body), "") << body;
}

TEST(PlpgsqlText, finds_blocks_that_it_executes) {
    EXPECT_EQ(endings("BEGIN DO $x$ A $y$ $x$; DO LANGUAGE plpgsql 'it''s'; DO $$$$; END"), "do  A $y$  do it's do  ");
    for (const char *const body :
         {"BEGIN DO", "BEGIN DO x", "BEGIN x := do; END", "BEGIN INSERT INTO t ON CONFLICT DO NOTHING; END"})
        EXPECT_EQ(endings(body), "") << body;
    EXPECT_EQ(endings("BEGIN DO E'it''s'; DO $x; END"), "do it's ");
}

TEST(PlpgsqlText, knows_what_a_block_with_exception_handles) {
    EXPECT_EQ(endings("BEGIN COMMIT; EXCEPTION WHEN OTHERS THEN ROLLBACK; END"), "own! own ");
    EXPECT_EQ(endings("BEGIN BEGIN CALL p(); END; EXCEPTION WHEN OTHERS THEN NULL; END"), "/p! ");
    EXPECT_EQ(endings("BEGIN BEGIN NULL; EXCEPTION WHEN OTHERS THEN NULL; END; CALL p(); END"), "/p ");
    EXPECT_EQ(endings("BEGIN x := CASE WHEN a THEN 1 ELSE 2 END; IF a THEN COMMIT; END IF; CASE a WHEN 1 THEN NULL; "
                      "END CASE; LOOP EXIT; END LOOP; EXCEPTION WHEN OTHERS THEN NULL; END"),
              "own! ");
    EXPECT_EQ(endings("BEGIN COMMIT; RAISE EXCEPTION 'x'; END"), "own ");
    EXPECT_EQ(endings("DECLARE x int; BEGIN DECLARE BEGIN COMMIT; END; EXCEPTION WHEN OTHERS THEN NULL; END"), "own! ");
    for (const char *const body : {"END", "EXCEPTION", "END CASE", "BEGIN END END END IF"})
        EXPECT_EQ(endings(body), "") << body;
}
