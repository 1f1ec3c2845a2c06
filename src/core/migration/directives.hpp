// Directives in the comments of a migration: `-- migrator: no-transaction`, `-- migrator: lock_timeout=2s`,
// `-- migrator: repeatable`, `-- migrator: requires=20260301_002, other:7`.
#pragma once

#include "core/migration/allowance.hpp"
#include "core/migration/document.hpp"
#include "core/text/lexed.hpp"

#include <string>
#include <vector>

namespace mig {

struct Directives {
    bool no_transaction = false; // statement by statement, with a commit after each
    bool autocommit = false;     // written for a tool that opens no transaction: none if the body cannot run in one
    std::optional<std::int32_t> lock_timeout_ms, statement_timeout_ms; // 0: no limit
    std::optional<std::int32_t> lock_retries;
    std::vector<Allowance> allowances;
    std::string logical_file; // of a Liquibase changeset: the file that it is known by, if not its own
};

struct FileDirectives {
    Directives up, down;
    bool repeatable = false;                          // runs again whenever its up body has changed
    bool snapshot = false;                            // runs in an empty database, instead of all up to its version
    std::vector<std::string> requirements, conflicts; // versions or names; `module:version` of another module
};

// Directives come before the first statement of their section; those above the first marker apply to up and down. The
// down section has none that concern the migration as a whole, and the verify section has none at all: it follows those
// of up. An allowance may also come between two statements, and is for the one after it. Whatever addresses migrator
// and is not understood is Failure malformed_file with its line, never just a comment.
FileDirectives directives_of(Lexed const &file, Document const &document);

// As stored beside the body: `no-transaction lock_timeout=2000ms`, each allowance on a line of its own after it, and
// `logical_file=PATH` likewise; nothing when there are none.
std::optional<std::string> to_text(Directives const &directives);
// Reads it back; what a later release may have added is left out.
Directives parse_stored_directives(std::string_view text);

} // namespace mig
