// The code of functions, procedures and DO blocks, as statements.
#pragma once

#include "lint/world/world.hpp"
#include "server/db/scratch_memory.hpp"

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace mig::server::lint {

struct CodePart {
    enum class Kind : unsigned char { statement, commit, opaque } kind;
    Node *node;
    std::string sql;
    std::uint32_t line; // of the code, from 1
    bool conditional, looped;
};

struct CodeParts {
    std::string name; // public.f(integer); empty: a DO block
    std::optional<std::string> search_path;
    std::vector<CodePart> parts;
};

// Parses code in `language` into `memory`. Code in other languages than SQL and PL/pgSQL, and what cannot be scanned,
// is one opaque part.
CodeParts parse_code(std::string_view code, std::string_view language, ScratchMemory const &memory);

// The calls of functions in a statement, in its expressions and subqueries; of a CALL: of its procedure.
std::vector<FuncCall *> user_calls_in(Node *statement);

// Functions and procedures: those of the catalog, and before them those of pending statements.
class Routines {
  public:
    void add(World &world, CreateFunctionStmt const &statement);
    void forget_calls() { calls_.clear(); } // names may mean something else from now on
    // What a call runs; null: it comes with the server or an extension, is in another language, or is not known.
    CodeParts const *called(World &world, FuncCall const &call);

  private:
    struct Pending {
        std::string schema;
        int arguments;
        std::string text, language; // parsed when it is called
        CodeParts code;
        bool parsed;
    };
    CodeParts const *find(World &world, FuncCall const &call);
    CodeParts const *of_catalog(World &world, FuncCall const &call);
    CodeParts const *parsed(Pending &pending);

    std::deque<CodeParts> all_; // elements stay where they are
    // By name without schema, the newest last; elements stay where they are.
    std::unordered_map<std::string, std::deque<Pending>> pending_;
    std::unordered_map<std::string, CodeParts const *> calls_; // by name and number of arguments
    std::unordered_map<Oid, CodeParts const *> by_oid_;
    std::vector<std::string> path_; // for which calls_ holds
    ScratchMemory const memory_{"migrator trees of routines"};
};

} // namespace mig::server::lint
