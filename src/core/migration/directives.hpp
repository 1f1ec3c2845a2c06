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
    bool no_transaction = false; // statement by statement, each its own commit
    bool autocommit = false;     // written for a tool that opens no transaction: none where one cannot hold the body
    std::optional<std::int32_t> lock_timeout_ms, statement_timeout_ms; // 0: no limit
    std::optional<std::int32_t> lock_retries;
    std::vector<Allowance> allowances;
    std::string logical_file; // of a changeset of Liquibase: the file that it is known by, where that is not its own
};

struct FileDirectives {
    Directives up, down;
    bool repeatable = false;                          // run again whenever its up body has changed
    bool snapshot = false;                            // in an empty database, in the place of all up to its version
    std::vector<std::string> requirements, conflicts; // versions or names; `module:version` of another module
};

// They stand before the first statement of their section; those above the first marker hold for both. What says
// what the whole migration is does not stand in the down section, and none does in the verify section, which goes by
// those of up. An allowance may also stand between two statements: it is for the one behind it. Whatever is said to
// migrator and not understood is Failure malformed_file with its line, never just a comment.
FileDirectives directives_of(Lexed const &file, Document const &document);

// As stored beside the body: `no-transaction lock_timeout=2000ms`, each allowance on a line of its own behind it, and
// `logical_file=PATH` likewise; nothing when there are none.
std::optional<std::string> to_text(Directives const &directives);
// Reads it back; what a later release may have written beside is left out.
Directives stored_directives(std::string_view text);

} // namespace mig
