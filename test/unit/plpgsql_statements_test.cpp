#include "core/text/plpgsql_statements.hpp"

#include "stand_in_scanner.hpp"

#include <gtest/gtest.h>

using mig::CodeStatement;

namespace {

// `sql text`, with ? if it is conditional and * if it is in a loop; blanks as in the text.
std::string read(std::string_view code) {
    std::string all;
    mig::Lexed const lexed = mig::test::lex(code);
    for (CodeStatement const &one : mig::statements_in(lexed)) {
        if (!all.empty())
            all += " | ";
        all += one.kind == CodeStatement::Kind::commit    ? "end"
               : one.kind == CodeStatement::Kind::dynamic ? "dynamic(" + one.text + ")"
                                                          : one.text;
        all += one.looped ? "*" : one.conditional ? "?" : "";
    }
    return all;
}

} // namespace

TEST(PlpgsqlStatements, finds_static_sql) {
    EXPECT_EQ(read("BEGIN DROP TABLE a; UPDATE t SET a = 1; END"), "DROP TABLE a | UPDATE t SET a = 1");
    EXPECT_EQ(read("<<l>> DECLARE x int; BEGIN -- DROP TABLE b;\n DROP TABLE a; END l;"), "DROP TABLE a");
    EXPECT_EQ(read("BEGIN PERFORM f(1), g(';'); RETURN; END"), "SELECT f(1), g(';')");
    EXPECT_EQ(read("BEGIN RETURN QUERY DELETE FROM a RETURNING *; RETURN NEXT; RETURN x; END"),
              "DELETE FROM a RETURNING *");
    EXPECT_EQ(read("BEGIN OPEN c FOR SELECT 1; FETCH c INTO x; CLOSE c; MOVE c; GET DIAGNOSTICS n = ROW_COUNT; END"),
              "SELECT 1");
    EXPECT_EQ(read("BEGIN COMMIT; INSERT INTO t VALUES (1); ROLLBACK AND CHAIN; END"),
              "end | INSERT INTO t VALUES (1) | end");
    EXPECT_EQ(read("BEGIN RAISE NOTICE 'DROP TABLE a; %', b; NULL; ASSERT a > 1; END"), "");
    EXPECT_EQ(
        read("BEGIN CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; DROP "
             "TABLE a; END"),
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END | DROP TABLE a");
}

TEST(PlpgsqlStatements, takes_out_the_variables_of_into) {
    EXPECT_EQ(read("BEGIN SELECT a INTO x FROM t; END"), "SELECT a        FROM t");
    EXPECT_EQ(read("BEGIN SELECT a INTO STRICT x, r.y FROM t; END"), "SELECT a                    FROM t");
    EXPECT_EQ(read("BEGIN DELETE FROM t RETURNING a INTO x; END"), "DELETE FROM t RETURNING a       ");
    EXPECT_EQ(read("BEGIN INSERT INTO t SELECT 1; END"), "INSERT INTO t SELECT 1");
    EXPECT_EQ(read("BEGIN WITH i AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a INTO x FROM i; END"),
              "WITH i AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a        FROM i");
}

TEST(PlpgsqlStatements, finds_calls_in_expressions) {
    EXPECT_EQ(read("DECLARE a int := f(1); b int DEFAULT 2; BEGIN x := g(2); x = 1; r.a[1] := h(); x := 2; END"),
              "SELECT f(1) | SELECT g(2) | SELECT h()");
    EXPECT_EQ(read("BEGIN IF f() THEN NULL; ELSIF g() THEN NULL; END IF; END"), "SELECT f() | SELECT g()?");
    EXPECT_EQ(read("BEGIN FOR i IN f() .. g() LOOP NULL; END LOOP; WHILE h() LOOP EXIT WHEN i(); END LOOP; END"),
              "SELECT f() | SELECT g() | SELECT h() | SELECT i()*");
    EXPECT_EQ(read("BEGIN RETURN f(); END"), "SELECT f()");
}

TEST(PlpgsqlStatements, tells_what_certainly_runs) {
    EXPECT_EQ(read("BEGIN IF a THEN DROP TABLE a; ELSE DROP TABLE b; END IF; DROP TABLE c; END"),
              "DROP TABLE a? | DROP TABLE b? | DROP TABLE c");
    EXPECT_EQ(read("BEGIN CASE a WHEN 1 THEN DROP TABLE a; ELSE DROP TABLE b; END CASE; DROP TABLE c; END"),
              "DROP TABLE a? | DROP TABLE b? | DROP TABLE c");
    EXPECT_EQ(read("BEGIN IF CASE WHEN a THEN b ELSE c END THEN DROP TABLE a; END IF; DROP TABLE c; END"),
              "DROP TABLE a? | DROP TABLE c");
    EXPECT_EQ(
        read("BEGIN LOOP DROP TABLE a; END LOOP; FOREACH x IN ARRAY y LOOP DROP TABLE b; END LOOP; DROP TABLE c; END"),
        "DROP TABLE a* | DROP TABLE b* | DROP TABLE c");
    EXPECT_EQ(read("BEGIN FOR r IN DELETE FROM t RETURNING a LOOP DROP TABLE b; END LOOP; END"),
              "DELETE FROM t RETURNING a | DROP TABLE b*");
    EXPECT_EQ(read("BEGIN BEGIN DROP TABLE a; EXCEPTION WHEN OTHERS THEN DROP TABLE b; END; DROP TABLE c; END"),
              "DROP TABLE a? | DROP TABLE b? | DROP TABLE c");
}

TEST(PlpgsqlStatements, finds_dynamic_sql) {
    EXPECT_EQ(read("BEGIN EXECUTE 'DROP TABLE ''a'''; EXECUTE $x$DROP TABLE b$x$ INTO y USING z; END"),
              "dynamic(DROP TABLE 'a') | dynamic(DROP TABLE b)");
    EXPECT_EQ(read("BEGIN EXECUTE 'DROP TABLE ' || a; EXECUTE a; EXECUTE E'a\\n'; EXECUTE format('a'); END"),
              "dynamic() | dynamic() | dynamic() | dynamic()");
    EXPECT_EQ(read("BEGIN FOR r IN EXECUTE 'a' LOOP END LOOP; RETURN QUERY EXECUTE 'b'; OPEN c FOR EXECUTE a; END"),
              "dynamic(a) | dynamic(b) | dynamic()");
    EXPECT_EQ(read("BEGIN execute := 1; perform = 2; END"), "");
}

TEST(PlpgsqlStatements, reads_what_is_no_code) {
    for (const char *const code :
         {"",          ";",         "BEGIN",       "END",       "IF",          "IF a",         "CASE",       "FOR",
          "FOR r IN",  "LOOP",      "WHILE",       "EXECUTE",   "PERFORM",     "RETURN QUERY", "OPEN c FOR", "DECLARE",
          "DECLARE x", "<<",        "<<l",         "EXCEPTION", "WHEN",        "ELSE",         "FOREACH",    "#",
          "# x",       "EXIT WHEN", "END END END", ") ] (",     "BEGIN ATOMIC"})
        (void) read(code);
    EXPECT_EQ(read("#variable_conflict use_column\nBEGIN DROP TABLE a; END"), "DROP TABLE a");
}
