// Liquibase's formatted SQL: several changesets in a file.
#pragma once

#include "core/convention/placeholders.hpp"
#include "core/migration/migration_text.hpp"

namespace mig {

struct Changeset {
    std::string author, id;
    std::string logical_file;     // logicalFilePath, its own or that of the first line; empty: the path identifies it
    std::string contexts, labels; // as written, with which a run of Liquibase can select changesets
    bool no_transaction = false;  // runInTransaction:false
    bool repeatable = false;      // runOnChange:true
    TextPart up;
    std::optional<TextPart> down; // empty body: `--rollback empty`, nothing to undo
    std::string down_unreadable;  // as in core/migration/migration_text.hpp
    std::uint32_t line = 1;       // of `--changeset`
};

struct Changelog {
    std::vector<Changeset> changesets;
    std::vector<SkippedFile> skipped; // changesets for other databases, and those with ignore:true
};

// Judged by the first line.
bool is_liquibase_sql(std::string_view text);

// A marker counts only as a comment on a line of its own: one inside a function's body is part of that body.
// `${name}` is replaced by the value in `given`, or else in a `--property` of the file.
// Failure malformed_file with file and line: misplaced markers; attributes that would change whether or how a changeset
// runs and cannot be honored (preconditions, runAlways, failOnError:false, another endDelimiter, a rollback that refers
// to another changeset).
Changelog read_changelog(SourceFile const &file, Placeholders const &given, Lexer const &lexer);

} // namespace mig
