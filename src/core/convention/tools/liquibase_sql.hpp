// Liquibase's formatted SQL: several changesets in a file.
#pragma once

#include "core/convention/placeholders.hpp"
#include "core/migration/migration_text.hpp"

namespace mig {

struct Changeset {
    std::string author, id;
    std::string logical_file;     // of its own `logicalFilePath:`, or of the first line; empty: it is known by its path
    std::string contexts, labels; // as written, empty when there are none: whom a run of Liquibase would leave it to
    bool no_transaction = false;  // runInTransaction:false
    bool repeatable = false;      // runOnChange:true
    TextPart up;
    std::optional<TextPart> down; // empty body: `--rollback empty`, there is nothing to undo
    std::string down_unreadable;  // as in core/migration/migration_text.hpp
    std::uint32_t line = 1;       // of its `--changeset`
};

struct Changelog {
    std::vector<Changeset> changesets;
    std::vector<NotTaken> not_taken; // changesets of other databases, and with ignore:true
};

// The first line says so.
bool is_liquibase_sql(std::string_view text);

// Markers count on a line of their own between tokens: one inside a function's body is a line of that body.
// `${name}` is replaced by what the file says in `--property`, or `given`, which goes first.
// Failure malformed_file with file and line, naming it: markers that make no sense; what would decide whether or how a
// changeset runs and cannot be honoured (preconditions, runAlways, failOnError:false, another endDelimiter, a rollback
// that points to another changeset).
Changelog read_changelog(SourceFile const &file, Placeholders const &given, Lexer const &lexer);

} // namespace mig
