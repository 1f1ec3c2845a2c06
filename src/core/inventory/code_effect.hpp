// What may be known of the code of a DO block or a function without running it: whether it drops or renames something,
// and which names occur in it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace mig {

struct CodeEffect {
    bool removes = false;  // a DROP, a RENAME or a SET SCHEMA occurs in it, commands in literals included
    bool computes = false; // and an EXECUTE of something else than a literal: of any name
    std::unordered_set<std::string> words; // the names, and all else that looks like one
};

CodeEffect effect_of_code(std::string_view code);

} // namespace mig
