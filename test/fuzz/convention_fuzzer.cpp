// Any two files, of any names, in every convention: what recognize(), arrange() and read_group() promise.
// The input: two paths, a line each, and the content of the first; that of the second is behind a NUL.
#include "../unit/stand_in_scanner.hpp"
#include "core/base/failure.hpp"
#include "core/base/version.hpp"
#include "core/convention/convention_table.hpp"
#include "core/convention/tools/sqitch_settings.hpp"
#include "require.hpp"

#include <algorithm>
#include <set>

using mig::Arrangement;
using mig::Convention;
using mig::Failure;
using mig::FileGroup;
using mig::SourceFile;
using mig::TextPart;
using mig::test::require;

namespace {

mig::Lexed lex(std::string_view text, std::string const &path) {
    std::optional<mig::Lexed> const lexed = mig::test::StandInScanner(text).scan();
    if (!lexed)
        throw Failure(mig::sqlstate::syntax_error, path + ": unterminated");
    return *lexed;
}

bool says(Failure const &failure, const char *state) { return std::string_view(failure.state) == state; }

// What `call` gives, or nothing when it refuses as it may.
template <class Call>
auto given(Call call) -> std::optional<decltype(call())> {
    try {
        return call();
    } catch (Failure const &failure) {
        require(says(failure, mig::sqlstate::malformed_file) || says(failure, mig::sqlstate::duplicate_version) ||
                    says(failure, mig::sqlstate::syntax_error),
                "a refusal says what it is");
        require(!failure.message.empty(), "a refusal has a message");
        return std::nullopt;
    }
}

class Check {
  public:
    explicit Check(std::vector<SourceFile> const &files) : files_(files) {}

    void recognition() {
        auto const name = [&] { return std::string(mig::name_of(mig::recognize(files_, lex))); };
        std::optional<std::string> const once = given(name), again = given(name);
        require(once == again, "the same files are of the same convention");
        require(!once || mig::convention_named(*once), "a convention that is recognized has an entry");
    }

    void in(Convention const &convention) {
        std::optional<Arrangement> const arrangement = given([&] { return mig::arrange(convention, files_); });
        if (!arrangement)
            return;
        all_accounted_for(convention, *arrangement);
        for (FileGroup const &group : arrangement->groups) {
            require(mig::version::why_invalid(group.version).empty(), "a version can be one");
            if (group.up)
                group_is_read(convention, group);
        }
    }

  private:
    void all_accounted_for(Convention const &convention, Arrangement const &arrangement) {
        std::multiset<std::string> placed;
        for (mig::SkippedFile const &file : arrangement.skipped)
            placed.insert(file.path);
        for (FileGroup const &group : arrangement.groups) {
            for (SourceFile const *file : {group.up, group.down, group.verify})
                if (file)
                    placed.insert(file->path);
            for (SourceFile const *file : group.settings)
                placed.insert(file->path);
        }
        for (SourceFile const &file : files_) {
            mig::FilePattern const *const pattern = mig::find_file(convention, file.path).pattern;
            bool const plan = (pattern && pattern->role == mig::Role::plan) || is_plan_of_settings(convention, file);
            require(!pattern || pattern->role == mig::Role::skipped || mig::any_convention_reads(file.path),
                    "what is taken has been read");
            require(placed.count(file.path) == 1 || (plan && placed.count(file.path) == 0),
                    "each file is taken, or there is why not");
        }
        for (mig::SkippedFile const &file : arrangement.skipped)
            require(!file.why.empty(), "there is why not");
    }

    bool is_plan_of_settings(Convention const &convention, SourceFile const &file) const {
        SourceFile const *const conf = mig::sqitch_settings_file(files_);
        return std::string_view(mig::name_of(convention)) == "sqitch" && conf &&
               given([&] { return mig::sqitch_settings(*conf).plan; }) == file.path;
    }

    void group_is_read(Convention const &convention, FileGroup const &group) {
        std::vector<mig::SkippedFile> skipped;
        auto const texts = given([&] {
            return mig::read_group(convention, group, {{"name", "value"}}, lex, &skipped);
        });
        if (!texts)
            return;
        for (mig::MigrationText const &text : *texts) {
            part_is_of_its_file(text.up);
            if (text.down)
                part_is_of_its_file(*text.down);
            if (text.verify)
                part_is_of_its_file(*text.verify);
            require(text.directives.repeatable == (text.kind == mig::Kind::repeatable), "repeatable is said once");
        }
    }

    void part_is_of_its_file(TextPart const &part) {
        std::string_view const text = part.lexed.text;
        for (mig::Token const &token : part.lexed.tokens)
            require(token.begin < token.end && token.end <= text.size(), "tokens lie inside");
        if (part.owned || text.empty())
            return;
        for (SourceFile const &file : files_) {
            const char *const begin = file.content.data(), *const end = begin + file.content.size();
            if (file.path == part.path && text.data() >= begin && text.data() + text.size() <= end) {
                auto const offset = static_cast<std::size_t>(text.data() - begin);
                require(mig::line_at(file.content, offset) == part.line, "a part has its line");
                return;
            }
        }
        require(false, "a part that nobody owns is of its file");
    }

    std::vector<SourceFile> const &files_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    std::string const input(reinterpret_cast<const char *>(data), size);
    std::string_view rest = input;
    auto const take = [&](char end) {
        std::size_t const length = std::min(rest.find(end), rest.size());
        std::string_view const taken = rest.substr(0, length);
        rest.remove_prefix(std::min(length + 1, rest.size()));
        return taken;
    };
    std::string const first(take('\n')), second(take('\n'));
    std::string_view const content = take('\0');
    std::vector<SourceFile> files;
    files.emplace_back();
    files.back().path = first;
    files.back().content = content;
    if (second != first) {
        files.emplace_back();
        files.back().path = second;
        files.back().content = rest;
    }
    Check check(files);
    check.recognition();
    for (Convention const &convention : mig::conventions())
        check.in(convention);
    return 0;
}
