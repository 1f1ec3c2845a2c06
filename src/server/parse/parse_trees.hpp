// Parse trees of statements that a call reads more than once: lint() does, and the run that executes them.
#pragma once

#include "bridge/compat.hpp"
#include "core/migration/body.hpp"
#include "server/db/scratch_memory.hpp"

namespace mig::server {

// A tree, how it was parsed, and whether without a message. A POD, for guarded frames.
struct KeptTree {
    RawStmt *statement;
    pg::ScannerSettings settings;
    bool silent;
};

// The memory of the trees that are kept (Statement::tree), freed with this. Statements parsed once they fill work_mem
// have none.
class ParseTrees {
  public:
    bool full() const;
    // Where to parse a statement whose tree will be kept.
    ScratchMemory const &memory() const { return memory_; }
    // `silent`: the parser has raised no message about it. Returns what Statement::tree points to.
    KeptTree *keep(RawStmt *statement, bool silent) const;

  private:
    ScratchMemory const memory_{"migrator parse trees"};
};

// The kept tree of a statement, or null.
inline KeptTree const *kept_tree(Statement const &statement) { return static_cast<KeptTree const *>(statement.tree); }

// A copy of the tree, to be analyzed, which modifies it; in CurrentMemoryContext. Null if parsing the statement now might
// have another result, or messages. For guarded frames.
RawStmt *copy_if_current_pg(KeptTree const *tree);

} // namespace mig::server
