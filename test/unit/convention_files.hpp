// Files for the tests of conventions: given in the test, or of a directory of test/fixtures.
#pragma once

#include "core/base/failure.hpp"
#include "core/convention/convention.hpp"
#include "failure_of.hpp"
#include "stand_in_scanner.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mig::test {

inline Lexed lex_file(std::string_view text, std::string const &path) {
    std::optional<Lexed> const lexed = StandInScanner(text).scan();
    if (!lexed)
        throw Failure(sqlstate::syntax_error, path + ": unterminated");
    return *lexed;
}

class Files {
  public:
    Files(std::initializer_list<std::pair<const char *, const char *>> files) {
        for (auto const &[path, content] : files)
            add(path, content);
    }
    explicit Files(std::filesystem::path const &directory) {
        for (auto const &entry : std::filesystem::recursive_directory_iterator(directory)) {
            std::ostringstream content;
            content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
            if (entry.is_regular_file())
                add(std::filesystem::relative(entry.path(), directory).generic_string(), content.str());
        }
    }

    void add(std::string path, std::string content) {
        contents_.push_back(std::move(content));
        files_.push_back({std::move(path), contents_.back()});
    }
    std::vector<SourceFile> const &all() const { return files_; }

    std::string recognized() const {
        FileReadings readings(files_.size());
        std::string const name = name_of(recognize(files_, lex_file, false, &readings));
        // What was found out about each file will do for the next time.
        Lexer const nobody([](std::string_view, std::string const &path) -> Lexed {
            throw Failure(sqlstate::syntax_error, path + " is lexed again");
        });
        EXPECT_EQ(name_of(recognize(files_, nobody, false, &readings)), name);
        return name;
    }
    Arrangement arranged(const char *convention) const { return arrange(*convention_named(convention), files_); }

    // Of all files, which stay as long as the result.
    std::vector<MigrationText> read(const char *convention, Placeholders const &placeholders = {},
                                    std::vector<SkippedFile> *skipped = nullptr) const {
        std::vector<MigrationText> all;
        for (FileGroup const &group : arranged(convention).groups)
            if (group.up)
                for (MigrationText &one :
                     read_group(*convention_named(convention), group, placeholders, lex_file, skipped))
                    all.push_back(std::move(one));
        return all;
    }

  private:
    std::deque<std::string> contents_;
    std::vector<SourceFile> files_;
};

inline std::string text_of(std::optional<TextPart> const &part) {
    return part ? std::string(part->lexed.text) : "none";
}

} // namespace mig::test
