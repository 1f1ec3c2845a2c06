// Any bytes as a text with placeholders, as settings and as lines.
#include "core/base/failure.hpp"
#include "core/convention/placeholders.hpp"
#include "core/convention/tool_settings.hpp"
#include "core/convention/tools/sqitch_conf.hpp"
#include "core/text/lines.hpp"
#include "require.hpp"

using mig::test::require;

namespace {

template <class Read>
void read(Read &&reader) {
    try {
        reader();
    } catch (mig::Failure const &failure) {
        require(std::string_view(failure.state) == mig::sqlstate::malformed_file, "a refusal says malformed_file");
        require(failure.message.rfind("a.sql, line ", 0) == 0, "a refusal names file and line");
        require(!failure.hint.empty(), "a refusal says what to do");
    }
}

void check_placeholders(std::string const &text) {
    mig::Placeholders const given = {{"a", "x"}, {"B", "${a}"}, {"flyway:user", ""}};
    read([&] {
        auto const result = mig::replace_placeholders(text, given, "a.sql");
        require((result == nullptr) == (text.find("${") == std::string::npos), "a text without placeholders stays");
        auto const liquibase = mig::replace_properties(text, mig::with_lower_case_names(given));
        // When all are given, both tools replace the same, but for nested ones, which Flyway refuses.
        require((result ? *result : text) == (liquibase ? *liquibase : text), "both give the same");
    });
    (void) mig::replace_properties(text, mig::with_lower_case_names(given));
}

void check_lines(std::string_view text) {
    std::size_t bytes = 0;
    for (mig::Lines lines(text); lines.next();) {
        require(lines.begin() >= bytes && lines.begin() - bytes <= 2, "lines follow each other");
        require(lines.line().find_first_of("\r\n") == std::string_view::npos, "a line holds no line end");
        bytes = lines.end();
    }
    require(text.size() - bytes <= 2, "up to the end of the text");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string const text(reinterpret_cast<const char *>(data), size);
    check_placeholders(text);
    read([&] { (void) mig::flyway_script_settings(text, "a.sql"); });
    read([&] { (void) mig::diesel_settings(text, "a.sql"); });
    read([&] { (void) mig::SqitchConf(text, "a.sql"); });
    read([&] { (void) mig::replace_evolution_variables(text, {{"a", "x"}}, "a.sql"); });
    check_lines(text);
    return 0;
}
