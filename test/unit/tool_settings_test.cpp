#include "core/convention/tool_settings.hpp"
#include "failure_of.hpp"

using mig::diesel_settings;
using mig::flyway_script_settings;
using mig::test::failure_of;

TEST(ToolSettings, OfFlyway) {
    EXPECT_TRUE(flyway_script_settings("", "f").in_transaction);
    EXPECT_FALSE(flyway_script_settings("# index\n! more\r\n\r\nexecuteInTransaction = false", "f").in_transaction);
    auto const settings =
        flyway_script_settings("placeholderReplacement=false\nencoding=UTF-8\nshouldExecute=true\n", "f");
    EXPECT_TRUE(settings.in_transaction);
    EXPECT_FALSE(settings.placeholders);
}

TEST(ToolSettings, OfFlywayThatCannotBeHonoured) {
    auto const refusal = [](const char *text) {
        return failure_of([&] { flyway_script_settings(text, "V1__a.sql.conf"); }).message;
    };
    EXPECT_EQ(refusal("\nencoding=ISO_8859_1"), "V1__a.sql.conf, line 2: encoding \"ISO_8859_1\" for a single file");
    EXPECT_EQ(refusal("shouldExecute=${env}==prod"),
              "V1__a.sql.conf, line 1: shouldExecute is \"${env}==prod\", which would skip the migration");
    EXPECT_EQ(refusal("executeInTransaction=no"), "V1__a.sql.conf, line 1: executeInTransaction is \"no\"");
    EXPECT_EQ(refusal("executeInTransactions=true"),
              "V1__a.sql.conf, line 1: unknown setting \"executeInTransactions\"");
    EXPECT_EQ(refusal("executeInTransaction"), "V1__a.sql.conf, line 1: \"executeInTransaction\" is not a setting");
    EXPECT_EQ(refusal("=true"), "V1__a.sql.conf, line 1: \"=true\" is not a setting");
}

TEST(ToolSettings, OfDiesel) {
    EXPECT_TRUE(diesel_settings("# nothing\n", "f").in_transaction);
    EXPECT_TRUE(diesel_settings("run_in_transaction = true # as ever", "f").in_transaction);
    EXPECT_FALSE(diesel_settings("# index\n  run_in_transaction=false\n", "f").in_transaction);
}

TEST(ToolSettings, OfDieselThatMakeNoSense) {
    auto const refusal = [](const char *text) {
        return failure_of([&] { diesel_settings(text, "metadata.toml"); }).message;
    };
    EXPECT_EQ(refusal("[migration]"), "metadata.toml, line 1: \"[migration]\" is not a setting");
    EXPECT_EQ(refusal("a=1"), "metadata.toml, line 1: unknown setting \"a\"");
    EXPECT_EQ(refusal("run_in_transaction = \"false\""), "metadata.toml, line 1: run_in_transaction is \"\"false\"\"");
}
