#include "lint/code/routine_code.hpp"

#include "bridge/compat.hpp"
#include "core/text/plpgsql_statements.hpp"
#include "lint/read/writes.hpp"
#include "lint/world/world_contents.hpp"
#include "server/db/query.hpp"
#include "server/lock/no_wait.hpp"
#include "server/parse/lexing.hpp"
#include "server/parse/statement_options.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "access/transam.h"
#include "nodes/nodeFuncs.h"
#include "parser/parser.h"
}

namespace mig::server::lint {

namespace {

// The statements of a text, with the line on which each begins.
void parse_sql(std::string const &text, CodePart const &like, ScratchMemory const &memory, CodeParts &code) {
    const char *const sql = text.c_str();
    List *const list = memory.run([=] { return raw_parser(sql, RAW_PARSE_DEFAULT); });
    each<RawStmt>(list, [&](RawStmt const &raw) {
        CodePart part = like;
        std::size_t begin = static_cast<std::size_t>(std::max(raw.stmt_location, 0));
        std::size_t const end = raw.stmt_len > 0 ? begin + static_cast<std::size_t>(raw.stmt_len) : text.size();
        // The location is where the one before ended; a comment before the statement counts as a part of it.
        while (begin < end && std::isspace(static_cast<unsigned char>(text[begin])))
            ++begin;
        part.node = raw.stmt;
        part.sql = text.substr(begin, end - begin);
        part.line += line_at(text, begin) - 1;
        code.parts.push_back(std::move(part));
    });
}

// Nothing where it is no SQL: the statement will say so.
void try_sql(std::string const &text, CodePart const &like, ScratchMemory const &memory, CodeParts &code) {
    (void) attempt([&] { parse_sql(text, like, memory, code); });
}

// `parse` is parse_sql(), or try_sql() if one of the statements is no SQL: a subtransaction for each takes longer.
void parse_plpgsql(Lexed const &lexed, ScratchMemory const &memory, CodeParts &code, decltype(parse_sql) &parse) {
    LineCounter lines(lexed.text);
    for (CodeStatement const &statement : statements_in(lexed)) {
        check_for_interrupts();
        CodePart part{CodePart::Kind::statement, nullptr,         {}, lines.at(statement.offset),
                      statement.conditional,     statement.looped};
        if (statement.kind == CodeStatement::Kind::commit)
            part.kind = CodePart::Kind::commit;
        else if (statement.text.empty())
            part.kind = CodePart::Kind::opaque;
        if (part.kind == CodePart::Kind::statement)
            parse(statement.text, part, memory, code);
        else
            code.parts.push_back(std::move(part));
    }
}

// The body of a function in the form of the SQL standard, as the server prints it: RETURN expression, or BEGIN ATOMIC
// statements END.
std::string sql_of_body(std::string_view body) {
    constexpr std::string_view begins = "BEGIN ATOMIC", ends = "END", returns = "RETURN";
    if (body.substr(0, begins.size()) == begins && body.size() > begins.size() + ends.size())
        return std::string(body.substr(begins.size(), body.size() - begins.size() - ends.size()));
    if (body.substr(0, returns.size()) == returns)
        return "SELECT " + std::string(body.substr(returns.size()));
    return {};
}

// Not in expressions that are nested deeper than anybody writes, for which the stack might not be enough.
constexpr int deepest = 500;

struct Calls {
    FuncCall *found[64];
    int count, depth;
};

bool collect(Node *node, void *context) {
    if (!node)
        return false;
    auto *const calls = static_cast<Calls *>(context);
    if (IsA(node, FuncCall)) {
        if (calls->count == 64)
            return true;
        calls->found[calls->count++] = castNode(FuncCall, node);
    }
    if (calls->depth == deepest)
        return false;
    ++calls->depth;
    bool const full = pg::walk_raw_expression(node, collect, context);
    --calls->depth;
    return full;
}

// The only function that the call can mean, if it is none of the server's own.
Oid only_candidate(List *name, int arguments) {
    FuncCandidateList const found = pg::function_candidates(name, arguments, true);
    return found && !found->next && found->oid >= FirstNormalObjectId ? found->oid : InvalidOid;
}

} // namespace

CodeParts parse_code(std::string_view text, std::string_view language, ScratchMemory const &memory) {
    CodeParts code;
    CodePart const first{CodePart::Kind::opaque, nullptr, {}, 1, false, false};
    if (language == "sql") {
        CodePart like = first;
        like.kind = CodePart::Kind::statement;
        try_sql(std::string(text), like, memory, code);
    } else if (std::optional<Lexed> const lexed = language == "plpgsql" ? lex_code(text) : std::nullopt) {
        if (!attempt([&] { parse_plpgsql(*lexed, memory, code, parse_sql); })) {
            code.parts.clear();
            parse_plpgsql(*lexed, memory, code, try_sql);
        }
    } else {
        code.parts.push_back(first);
    }
    return code;
}

std::vector<FuncCall *> user_calls_in(Node *statement) {
    Node *node = query_of(statement);
    if (IsA(node, CallStmt))
        node = reinterpret_cast<Node *>(reinterpret_cast<CallStmt *>(node)->funccall);
    else if (!is_query(node))
        return {};
    Calls calls{};
    Calls *const found = &calls;
    pg::guarded([=] { (void) collect(node, found); });
    return {calls.found, calls.found + calls.count};
}

void Routines::add(World &world, CreateFunctionStmt const &statement) {
    forget_calls();
    WorldContents::Name const name = split(statement.funcname);
    DefElem const *const language = option_named(statement.options, "language");
    DefElem const *const body = option_named(statement.options, "as");
    RangeVar as_relation{};
    as_relation.type = T_RangeVar;
    as_relation.schemaname = name.first.empty() ? nullptr : const_cast<char *>(name.first.c_str());
    Pending pending{world.schema_for(&as_relation), 0, {}, language ? strVal(language->arg) : "sql", {}, false};
    each<FunctionParameter>(statement.parameters, [&](FunctionParameter const &parameter) {
        pending.arguments += parameter.mode != FUNC_PARAM_OUT && parameter.mode != FUNC_PARAM_TABLE;
    });
    if (body && list_length(MIG_AS(List, body->arg)) == 1)
        pending.text = strVal(linitial(MIG_AS(List, body->arg)));
    CodeParts &code = pending.code;
    if (auto const *atomic = statement.sql_body ? MIG_AS(List, statement.sql_body) : nullptr) {
        auto *const copy =
            memory_.run([=] { return castNode(List, linitial(copyObject(const_cast<List *>(atomic)))); });
        each<Node>(copy, [&](Node &node) {
            code.parts.push_back({CodePart::Kind::statement, &node, {}, 1, false, false});
        });
    }
    code.name = quoted(pending.schema) + "." + quoted(name.second) + "()";
    each<DefElem>(statement.options, [&](DefElem const &option) {
        auto const *set = std::strcmp(option.defname, "set") == 0 ? MIG_AS(VariableSetStmt, option.arg) : nullptr;
        if (!set || !set->name || std::strcmp(set->name, "search_path") != 0 || set->kind != VAR_SET_VALUE)
            return;
        code.search_path = "";
        each<Node>(set->args, [&](Node const &argument) {
            if (const char *const schema = string_constant(&argument))
                *code.search_path += (code.search_path->empty() ? "" : ", ") + quoted(schema);
        });
    });
    pending_[name.second].push_back(std::move(pending));
}

CodeParts const *Routines::called(World &world, FuncCall const &call) {
    if (path_ != world.search_path()) {
        path_ = world.search_path();
        forget_calls();
    }
    auto const [known, inserted] =
        calls_.try_emplace(dotted(call.funcname) + "/" + std::to_string(list_length(call.args)), nullptr);
    if (inserted)
        known->second = find(world, call);
    return known->second;
}

CodeParts const *Routines::find(World &world, FuncCall const &call) {
    WorldContents::Name const name = split(call.funcname);
    int const arguments = list_length(call.args);
    if (auto const pending = pending_.find(name.second); pending != pending_.end())
        for (auto routine = pending->second.rbegin(); routine != pending->second.rend(); ++routine) {
            bool const in_path = std::find(path_.begin(), path_.end(), routine->schema) != path_.end();
            if ((name.first.empty() ? in_path : routine->schema == name.first) && arguments <= routine->arguments)
                return parsed(*routine); // fewer arguments: the others have defaults
        }
    return of_catalog(world, call);
}

CodeParts const *Routines::parsed(Pending &pending) {
    if (!pending.parsed && !pending.text.empty() && (pending.language == "sql" || pending.language == "plpgsql"))
        pending.code.parts = parse_code(pending.text, pending.language, memory_).parts;
    pending.parsed = true;
    return &pending.code;
}

CodeParts const *Routines::of_catalog(World &world, FuncCall const &call) {
    Oid oid = InvalidOid;
    List *const name = call.funcname;
    int const arguments = list_length(call.args);
    {
        AsBody const as_body(world.contents(), AsBody::Role::owner);
        (void) attempt([&] { oid = pg::guarded([=] { return only_candidate(name, arguments); }); });
    }
    if (!OidIsValid(oid))
        return nullptr;
    auto const [known, inserted] = by_oid_.try_emplace(oid, nullptr);
    if (!inserted)
        return known->second;
    // Printing a body takes locks on the tables in it.
    static KeptQuery code_query(
        "SELECT p.oid::regprocedure::text, l.lanname::text, CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END,"
        " CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid) END,"
        " (SELECT substr(c, length('search_path=') + 1) FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%')"
        " FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.oid = $1::oid"
        " AND p.prokind IN ('f', 'p') AND l.lanname IN ('sql', 'plpgsql') AND NOT EXISTS (SELECT FROM pg_depend d"
        "  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')");
    struct CodeColumn {
        enum : int { name, language, source, body, search_path };
    };
    NoWait const no_wait;
    (void) attempt([&] {
        Rows const rows = code_query({static_cast<std::int64_t>(oid)}, Access::fresh);
        if (rows.size() == 0)
            return;
        CodeParts code =
            rows.is_null(0, CodeColumn::source)
                ? parse_code(sql_of_body(rows.text(0, CodeColumn::body)), "sql", memory_)
                : parse_code(rows.text(0, CodeColumn::source), rows.text(0, CodeColumn::language), memory_);
        code.name = rows.text(0, CodeColumn::name);
        if (std::optional<std::string_view> const path = rows.optional_text(0, CodeColumn::search_path))
            code.search_path = std::string(*path);
        all_.push_back(std::move(code));
        known->second = &all_.back();
    });
    return known->second;
}

} // namespace mig::server::lint
