// The statements that a statement executes besides itself, as far as texts tell: the static SQL of a DO block and of
// the functions and procedures that it calls, in PL/pgSQL or SQL; what EXPLAIN ANALYZE and EXECUTE execute. Followed to
// any depth, except into functions of extensions and into triggers.
#pragma once

#include "lint/code/routine_code.hpp"
#include "server/prepare/steps.hpp"

#include <set>

namespace mig::server::lint {

struct Executed {
    enum class Kind : unsigned char { statement, commit, opaque } kind = Kind::statement; // opaque: dynamic SQL
    Node *node = nullptr;                                                                 // of a raw parse tree
    std::string_view sql;
    std::uint32_t line = 0;                   // of the body; of a routine: that of the statement that calls it
    std::string place;                        // of a routine: `public.f(integer), line 3`
    std::optional<std::string> search_path;   // that the routine sets
    bool in_code = false;                     // of PL/pgSQL or a routine, with variables and arguments
    bool conditional = false, looped = false; // see CodeStatement
    std::size_t tree = 0;                     // of a statement of a DO block: what read_block() has found; else 0
};

class Executions {
  public:
    void begin_migration();
    // Reads a DO block in advance, for rules that look ahead: adds its statements to `trees`, of which the last is the
    // block itself. Nothing for other statements.
    void read_block(Statement const &statement, std::string_view sql, std::vector<Node *> &trees);
    // In the order in which they run, each behind what it executes. Each routine counts once in a migration. Pointers
    // are valid until begin_migration().
    std::vector<Executed> of(World &world, Statement const &statement, Node *node);
    // What later ones may execute because of the statement; of those in code of() does it.
    void note(World &world, Node *node);

  private:
    struct Frame;
    void expand(World &world, Node *node, Frame const &frame, std::vector<Executed> &all);
    void expand_code(World &world, CodeParts const &parts, Frame const &frame, std::vector<Executed> &all);
    void expand_calls(World &world, Node *node, Frame const &frame, std::vector<Executed> &all);

    Routines routines_;
    std::unordered_map<std::string, Node *> prepared_; // by name
    std::set<CodeParts const *> followed_;
    std::deque<CodeParts> blocks_; // of DO
    struct Block {
        CodeParts const *code;
        std::uint32_t line; // of the body, on which the code begins
    };
    std::unordered_map<Node const *, Block> read_blocks_;
    std::unordered_map<Node const *, std::size_t> places_;
    ScratchMemory const memory_{"migrator trees of executed code"};
};

// Whether a conditional statement will most likely not run, because what it creates or adds is there already: that is
// what IF NOT EXISTS (SELECT ...) THEN asks for, or EXCEPTION WHEN duplicate_object passes over.
bool is_there_already(World &world, Node *node);

} // namespace mig::server::lint
