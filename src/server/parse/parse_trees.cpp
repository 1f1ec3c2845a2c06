#include "server/parse/parse_trees.hpp"

extern "C" {
#include "miscadmin.h"
}

namespace mig::server {

// work_mem, in kB, is what the user allows one operation to keep in memory.
bool ParseTrees::full() const { return memory_.allocated() >= static_cast<Size>(work_mem) * 1024; }

KeptTree *ParseTrees::keep(RawStmt *statement, bool silent) const {
    return memory_.run([=] {
        auto *const tree = static_cast<KeptTree *>(palloc(sizeof(KeptTree)));
        *tree = {statement, pg::scanner_settings(), silent};
        return tree;
    });
}

// The grammar reads no catalogs, and of the settings only those of the scanner (the head of gram.y): a SET of one of them
// in the body is the one thing that can make a difference.
RawStmt *copy_if_current_pg(KeptTree const *tree) {
    bool const current = tree && tree->silent && tree->settings == pg::scanner_settings();
    return current ? copyObject(tree->statement) : nullptr;
}

} // namespace mig::server
