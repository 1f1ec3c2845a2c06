#include "lint/read/routines.hpp"

#include "server/db/query.hpp"
#include "server/parse/tree.hpp"

namespace mig::server::lint {

std::vector<Routine> routines_named(World &world, List *names, Place place) {
    std::vector<Routine> result;
    if (names == NIL || list_length(names) > 2)
        return result;
    RangeVar as_relation{};
    as_relation.type = T_RangeVar;
    as_relation.relname = strVal(llast(names));
    as_relation.schemaname = list_length(names) == 2 ? strVal(linitial(names)) : nullptr;
    std::vector<Value> schemas;
    std::string const schema = place == Place::created || as_relation.schemaname ? world.schema_for(&as_relation) : "";
    if (!schema.empty())
        schemas.emplace_back(schema);
    else
        schemas.assign(world.search_path().begin(), world.search_path().end());
    // proargtypes is an oidvector: unnest() with ordinality keeps the order. Aggregates and window functions are
    // left out.
    static KeptQuery routines_query(
        "SELECT p.oid::bigint, p.oid::regprocedure::text, p.provolatile::text, p.prosecdef, p.proisstrict,"
        " EXISTS (SELECT 1 FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%'),"
        " ARRAY(SELECT t::text FROM unnest(p.proargtypes) WITH ORDINALITY u(t, n) ORDER BY n),"
        " p.prorettype::bigint, p.prosrc"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.proname = $1 AND n.nspname = ANY ($2) AND p.prokind IN ('f', 'p') ORDER BY 2");
    struct RoutineColumn {
        enum : int { oid, name, volatility, security_definer, strict, has_search_path, arguments, result, body };
    };
    Rows const rows = routines_query({as_relation.relname, Value::text_array(schemas)});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Routine routine;
        routine.oid = static_cast<std::uint32_t>(rows.bigint(i, RoutineColumn::oid));
        routine.name = rows.text(i, RoutineColumn::name);
        routine.volatility =
            rows.text(i, RoutineColumn::volatility).empty() ? 'v' : rows.text(i, RoutineColumn::volatility).front();
        routine.security_definer = rows.boolean(i, RoutineColumn::security_definer);
        routine.strict = rows.boolean(i, RoutineColumn::strict);
        routine.has_search_path = rows.boolean(i, RoutineColumn::has_search_path);
        for (std::string const &type : rows.texts(i, RoutineColumn::arguments))
            routine.arguments.push_back(static_cast<std::uint32_t>(std::stoul(type)));
        routine.result = static_cast<std::uint32_t>(rows.bigint(i, RoutineColumn::result));
        routine.body = rows.text(i, RoutineColumn::body);
        result.push_back(std::move(routine));
    }
    return result;
}

std::optional<std::vector<std::uint32_t>> arguments_of(World &world, CreateFunctionStmt const &statement) {
    std::vector<std::uint32_t> types;
    bool known = true;
    each<FunctionParameter>(statement.parameters, [&](FunctionParameter const &parameter) {
        if (parameter.mode == FUNC_PARAM_OUT || parameter.mode == FUNC_PARAM_TABLE)
            return;
        types.push_back(world.type(parameter.argType).oid);
        known = known && types.back() != 0;
    });
    return known ? std::optional(types) : std::nullopt;
}

Routine const *find_routine(std::vector<Routine> const &all, World &world, ObjectWithArgs const &name) {
    if (name.args_unspecified)
        return all.size() == 1 ? &all.front() : nullptr;
    std::vector<std::uint32_t> types;
    each<TypeName>(name.objargs, [&](TypeName &type) { types.push_back(world.type(&type).oid); });
    for (Routine const &routine : all)
        if (routine.arguments == types)
            return &routine;
    return nullptr;
}

std::vector<std::string> stored_results(Routine const &routine) {
    std::vector<std::string> result;
    // A generated column depends on functions by its expression in pg_attrdef; plain defaults are recorded likewise but
    // left out, as they are computed for each new row. Indexes and constraints depend on them directly.
    static KeptQuery kept_query(
        "SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d"
        " LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid"
        " LEFT JOIN pg_attribute g ON g.attrelid = a.adrelid AND g.attnum = a.adnum AND g.attgenerated <> ''"
        " WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = $1::oid AND d.deptype IN ('n', 'a')"
        " AND (g.attnum IS NOT NULL OR d.classid = 'pg_constraint'::regclass"
        "  OR d.classid = 'pg_class'::regclass AND EXISTS (SELECT 1 FROM pg_index WHERE indexrelid = d.objid))"
        " ORDER BY 1");
    Rows const rows = kept_query({static_cast<std::int64_t>(routine.oid)});
    for (std::size_t i = 0; i < rows.size(); ++i)
        result.emplace_back(rows.text(i, 0));
    return result;
}

} // namespace mig::server::lint
