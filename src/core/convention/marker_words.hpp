// Comments that read like a marker: a slip of the pen (`-- DOWN:`, `-- migrate:dwon`), or a marker of another tool.
#pragma once

#include "core/convention/convention_table.hpp"

namespace mig {

struct LikelyMarker {
    MarkerKind kind;       // up, down, verify, statement_begin or statement_end; heading: none of them
    std::string_view tool; // whose marker it looks like; empty: nobody's in particular
    bool labels;           // a text of its own follows: `DOWN: the column goes`, `rollback DROP TABLE users;`
};

// Judged by the words of a comment (core/text/comments.hpp), wherever it stands. It reads like a marker if
// 1. apart from punctuation, it consists of words for a direction (up, down, undo, rollback, revert, verify, ...) and
//    of words that go with one (migration, section, begin, ...) alone, each perhaps with a typing error: `== DOWN ==`,
//    `Down Migration`, `[undo]`, `dwon`;
// 2. such words are set off from what follows by a colon, a dash or the like: `DOWN: the column goes`, `@UNDO it`; but
//    not if that is a statement (it ends with a semicolon) or denies (`rollback: not possible`);
// 3. it begins with the name of a tool and one of its commands: `goose Down`, `+micrate Up`, `changeset ann:1`.
// Anything else is prose: `up to here`, `rollback is not possible`, `down payment`.
std::optional<LikelyMarker> likely_marker(std::string_view words);

} // namespace mig
