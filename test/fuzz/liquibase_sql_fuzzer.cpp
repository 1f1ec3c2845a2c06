// Any bytes as formatted SQL: what read_changelog() promises of its changesets.
#include "../unit/stand_in_scanner.hpp"
#include "core/base/failure.hpp"
#include "core/convention/tools/liquibase_sql.hpp"
#include "require.hpp"

#include <set>

using mig::Lexed;
using mig::TextPart;
using mig::test::require;
using mig::test::StandInScanner;

namespace {

struct NoSql {}; // the server would refuse the text

const mig::Lexer lexer = [](std::string_view text, std::string const &) {
    if (std::optional<Lexed> lexed = StandInScanner(text).scan())
        return *lexed;
    throw NoSql();
};

void check_part(TextPart const &part, std::uint32_t lines) {
    require(part.path == "a.sql", "a part names its file");
    std::uint32_t const last = part.line + mig::line_at(part.lexed.text, part.lexed.text.size()) - 1;
    require(part.line >= 1 && last <= lines + 1, "a part lies on the lines of the file");
    std::optional<Lexed> const again = StandInScanner(part.lexed.text).scan();
    require(again && again->tokens.size() == part.lexed.tokens.size(), "a part scanned by itself has the same tokens");
    for (std::size_t i = 0; i < again->tokens.size(); ++i)
        require(again->tokens[i].begin == part.lexed.tokens[i].begin, "at the same places");
    if (!part.owned)
        return;
    std::less_equal<> const before{};
    require(before(part.owned->data(), part.lexed.text.data()) &&
                before(part.lexed.text.data() + part.lexed.text.size(), part.owned->data() + part.owned->size()),
            "a part lies in the text that it keeps");
}

void check(mig::Changelog const &changelog, std::uint32_t lines) {
    std::uint32_t line = 0;
    std::set<std::string> names;
    for (mig::Changeset const &changeset : changelog.changesets) {
        require(changeset.line > line && changeset.up.line == changeset.line + 1, "changesets come in order");
        line = changeset.line;
        require(!changeset.author.empty() && !changeset.id.empty(), "a changeset has a name");
        require(names.insert(changeset.author + ":" + changeset.id).second, "of its own");
        check_part(changeset.up, lines);
        if (changeset.down)
            check_part(*changeset.down, lines);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string const text(reinterpret_cast<const char *>(data), size);
    (void) mig::is_liquibase_sql(text);
    // The values are without line ends: the lines stay those of the file.
    mig::Placeholders const given = {{"a", "'x'"}, {"b", ""}, {"c", "$x$ ${a} $x$"}};
    try {
        check(mig::read_changelog({"a.sql", text}, given, lexer), mig::line_at(text, text.size()));
    } catch (mig::Failure const &failure) {
        require(std::string_view(failure.state) == mig::sqlstate::malformed_file, "a refusal says malformed_file");
        require(failure.message.rfind("a.sql, line ", 0) == 0, "a refusal names file and line");
        require(!failure.hint.empty(), "a refusal says what to do");
    } catch (NoSql const &) {
    }
    return 0;
}
