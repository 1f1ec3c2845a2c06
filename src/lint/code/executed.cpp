#include "lint/code/executed.hpp"

#include "lint/read/writes.hpp"
#include "lint/world/raw_tree.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

struct Executions::Frame {
    std::uint32_t line;       // of the body, on which the code begins, or on which the call of a routine is
    CodeParts const *routine; // null: a DO block, or no code at all
    bool in_code, conditional, looped;
    int depth;
};

namespace {

constexpr int most_depth = 16;

// The text of a DO block, and how many lines above it the statement begins.
struct BlockText {
    std::string_view text, language;
    std::uint32_t lines = 0;
};

// The literal that is the block, among those of the statement, is the longest: the other one is a language.
BlockText block_of(DoStmt const &statement, std::string_view sql) {
    DefElem const *const language = option_named(statement.args, "language"), *const body =
                                                                                  option_named(statement.args, "as");
    if (!body)
        return {};
    BlockText block{strVal(body->arg), language ? strVal(language->arg) : "plpgsql"};
    std::optional<Lexed> const lexed = lex_code(sql);
    std::size_t longest = 0;
    if (lexed)
        for (Token const &token : lexed->tokens) {
            std::string_view const literal = lexed->at(token);
            if (literal.size() <= longest || (literal.front() != '$' && literal.back() != '\''))
                continue;
            longest = literal.size();
            std::size_t const quote = literal.front() == '$' ? literal.find('$', 1) : literal.find('\'');
            block.lines = line_at(sql, token.begin + quote + 1) - 1;
        }
    return block;
}

} // namespace

void Executions::begin_migration() {
    prepared_.clear();
    followed_.clear();
    blocks_.clear();
    read_blocks_.clear();
    places_.clear();
    memory_.clear();
    routines_.forget_calls();
}

std::vector<Executed> Executions::of(World &world, Statement const &statement, Node *node) {
    std::vector<Executed> all;
    if (auto const block = read_blocks_.find(node); block != read_blocks_.end())
        expand_code(world, *block->second.code, {block->second.line, nullptr, true, false, false, 0}, all);
    else
        expand(world, node, {statement.line, nullptr, false, false, false, 0}, all);
    return all;
}

void Executions::read_block(Statement const &statement, std::string_view sql, std::vector<Node *> &trees) {
    Node *const node = trees.back();
    auto const *block = MIG_AS(DoStmt, node);
    if (!block)
        return;
    BlockText const code = block_of(*block, sql);
    blocks_.push_back(parse_code(code.text, code.language, memory_));
    read_blocks_[node] = {&blocks_.back(), statement.line + code.lines};
    for (CodePart const &part : blocks_.back().parts)
        if (part.node) {
            places_[part.node] = trees.size();
            trees.push_back(part.node);
        }
}

// PREPARE keeps the statement under a name, DEALLOCATE forgets it.
void Executions::note(World &world, Node *node) {
    if (auto const *prepare = MIG_AS(PrepareStmt, node)) {
        Node *const query = prepare->query;
        prepared_[prepare->name] = memory_.run([=] { return static_cast<Node *>(copyObject(query)); });
    } else if (auto const *deallocate = MIG_AS(DeallocateStmt, node)) {
        deallocate->name ? (void) prepared_.erase(deallocate->name) : prepared_.clear();
    } else if (auto const *function = MIG_AS(CreateFunctionStmt, node)) {
        routines_.add(world, *function);
    } else if (IsA(node, DropStmt) || IsA(node, RenameStmt)) {
        routines_.forget_calls();
    }
}

void Executions::expand(World &world, Node *node, Frame const &frame, std::vector<Executed> &all) {
    Node *executed = nullptr;
    if (auto const *explain = MIG_AS(ExplainStmt, node)) {
        if (has_option(explain->options, "analyze"))
            executed = explain->query;
    } else if (Node *const query = query_of(node); auto const *execute = MIG_AS(ExecuteStmt, query)) {
        auto const prepared = prepared_.find(execute->name);
        executed = prepared == prepared_.end() ? nullptr : prepared->second;
    } else if (auto const *block = MIG_AS(DoStmt, node); block && frame.depth < most_depth) { // in the code of another
        BlockText const code = block_of(*block, {});
        blocks_.push_back(parse_code(code.text, code.language, memory_));
        Frame inner = frame;
        ++inner.depth;
        expand_code(world, blocks_.back(), inner, all);
        return;
    }
    if (executed && frame.depth < most_depth) {
        Executed part;
        part.node = executed;
        part.line = frame.line;
        part.in_code = true; // PREPARE has parameters
        part.conditional = frame.conditional;
        part.looped = frame.looped;
        all.push_back(std::move(part));
        Frame inner = frame;
        ++inner.depth;
        expand(world, executed, inner, all);
        return;
    }
    expand_calls(world, node, frame, all);
}

void Executions::expand_calls(World &world, Node *node, Frame const &frame, std::vector<Executed> &all) {
    if (frame.depth >= most_depth)
        return;
    for (FuncCall const *const call : user_calls_in(node)) {
        CodeParts const *const code = routines_.called(world, *call);
        if (code && followed_.insert(code).second)
            expand_code(world, *code, {frame.line, code, true, frame.conditional, frame.looped, frame.depth + 1}, all);
    }
}

void Executions::expand_code(World &world, CodeParts const &code, Frame const &frame, std::vector<Executed> &all) {
    for (CodePart const &part : code.parts) {
        check_for_interrupts();
        Executed executed;
        executed.kind = static_cast<Executed::Kind>(part.kind);
        executed.node = part.node;
        executed.sql = part.sql;
        if (auto const place = places_.find(part.node); place != places_.end())
            executed.tree = place->second;
        executed.line = frame.routine ? frame.line : frame.line + part.line - 1;
        if (frame.routine) {
            executed.place = frame.routine->name + ", line " + std::to_string(part.line);
            executed.search_path = frame.routine->search_path;
        }
        executed.in_code = true;
        executed.conditional = frame.conditional || part.conditional;
        executed.looped = frame.looped || part.looped;
        std::uint32_t const line = executed.line;
        bool const conditional = executed.conditional, looped = executed.looped;
        all.push_back(std::move(executed));
        if (part.node) {
            expand(world, part.node, {line, frame.routine, true, conditional, looped, frame.depth}, all);
            note(world, part.node);
        }
    }
}

bool is_there_already(World &world, Node *node) {
    if (auto const *table = MIG_AS(CreateStmt, node))
        return world.find(table->relation);
    if (auto const *filled = MIG_AS(CreateTableAsStmt, node))
        return world.find(filled->into->rel);
    if (auto const *sequence = MIG_AS(CreateSeqStmt, node))
        return world.find(sequence->sequence);
    if (auto const *enumeration = MIG_AS(CreateEnumStmt, node)) {
        TypeName const name = raw::make_type_name(enumeration->typeName);
        return world.type(&name).oid != 0;
    }
    if (auto const *domain = MIG_AS(CreateDomainStmt, node)) {
        TypeName const name = raw::make_type_name(domain->domainname);
        return world.type(&name).oid != 0;
    }
    if (auto const *index = MIG_AS(IndexStmt, node)) {
        Table *const table = world.find(index->relation);
        return table && index->idxname && table->index(index->idxname);
    }
    auto const *alter = MIG_AS(AlterTableStmt, node);
    Table *const table = alter ? world.find(alter->relation) : nullptr;
    return table && !any<AlterTableCmd>(alter->cmds, [&](AlterTableCmd const &command) {
               if (ColumnDef const *const column = added_column(command))
                   return table->column(column->colname) == nullptr;
               Constraint const *const constraint = added_constraint(command);
               return !constraint || !constraint->conname || !table->constraint(constraint->conname);
           });
}

} // namespace mig::server::lint
