#include "server/query.hpp"

#include "core/failure.hpp"

extern "C" {
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
}

namespace mig::server {

namespace {

// Collects rows as the executor sends them: one copy, no tuple table in between. PODs only, in the guard's frame.
struct Collector {
    DestReceiver receiver;
    MemoryContext memory;
    Datum *values;
    bool *nulls;
    int columns;
    std::uint64_t count, capacity;
};

void collect_startup(DestReceiver *self, int, TupleDesc description) {
    reinterpret_cast<Collector *>(self)->columns = description->natts;
}

Datum keep(Datum value, Form_pg_attribute attribute) {
    if (attribute->attbyval)
        return value;
    if (attribute->attlen != -1)
        return datumCopy(value, false, attribute->attlen);
    struct varlena *const flat = PG_DETOAST_DATUM_PACKED(value);
    return flat == reinterpret_cast<struct varlena *>(DatumGetPointer(value)) ? datumCopy(value, false, -1)
                                                                              : PointerGetDatum(flat);
}

bool collect_row(TupleTableSlot *slot, DestReceiver *self) {
    auto *rows = reinterpret_cast<Collector *>(self);
    MemoryContext const before = MemoryContextSwitchTo(rows->memory);
    slot_getallattrs(slot);
    if (rows->count == rows->capacity) {
        std::uint64_t const capacity = rows->capacity == 0 ? 16 : 2 * rows->capacity;
        Size const cells = capacity * rows->columns;
        rows->values = static_cast<Datum *>(rows->values ? repalloc_huge(rows->values, cells * sizeof(Datum))
                                                         : palloc(cells * sizeof(Datum)));
        rows->nulls = static_cast<bool *>(rows->nulls ? repalloc_huge(rows->nulls, cells) : palloc(cells));
        rows->capacity = capacity;
    }
    Datum *const values = rows->values + rows->count * rows->columns;
    bool *const nulls = rows->nulls + rows->count * rows->columns;
    for (int i = 0; i < rows->columns; ++i) {
        nulls[i] = slot->tts_isnull[i];
        values[i] = nulls[i] ? Datum{0} : keep(slot->tts_values[i], TupleDescAttr(slot->tts_tupleDescriptor, i));
    }
    ++rows->count;
    MemoryContextSwitchTo(before);
    return true;
}

void collect_nothing(DestReceiver *) {}

void init(Collector &rows, MemoryContext memory) {
    rows = {};
    rows.receiver.receiveSlot = collect_row;
    rows.receiver.rStartup = collect_startup;
    rows.receiver.rShutdown = collect_nothing;
    rows.receiver.rDestroy = collect_nothing;
    rows.receiver.mydest = DestNone;
    rows.memory = memory;
}

Oid type_of(Parameter const &parameter) {
    switch (parameter.type) {
    case Parameter::Type::text:
        return TEXTOID;
    case Parameter::Type::bigint:
        return INT8OID;
    case Parameter::Type::integer:
        return INT4OID;
    case Parameter::Type::boolean:
        return BOOLOID;
    case Parameter::Type::real:
        return FLOAT8OID;
    case Parameter::Type::timestamp:
        return TIMESTAMPTZOID;
    }
    return InvalidOid;
}

Datum scalar(Parameter const &parameter) {
    switch (parameter.type) {
    case Parameter::Type::text:
        return PointerGetDatum(
            cstring_to_text_with_len(parameter.text.data(), static_cast<int>(parameter.text.size())));
    case Parameter::Type::bigint:
    case Parameter::Type::timestamp:
        return Int64GetDatum(parameter.number);
    case Parameter::Type::integer:
        return Int32GetDatum(static_cast<std::int32_t>(parameter.number));
    case Parameter::Type::boolean:
        return BoolGetDatum(parameter.number != 0);
    case Parameter::Type::real:
        return Float8GetDatum(parameter.real);
    }
    return Datum{0};
}

Datum array(Parameter const *elements, int count) {
    Oid const type = type_of(elements[0]);
    auto *const values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(count)));
    auto *const nulls = static_cast<bool *>(palloc(static_cast<Size>(count)));
    for (int i = 0; i < count; ++i) {
        nulls[i] = elements[i].is_null;
        values[i] = nulls[i] ? Datum{0} : scalar(elements[i]);
    }
    int16 length;
    bool by_value;
    char alignment;
    get_typlenbyvalalign(type, &length, &by_value, &alignment);
    int const lower_bound = 1;
    return PointerGetDatum(construct_md_array(values, nulls, 1, const_cast<int *>(&count),
                                              const_cast<int *>(&lower_bound), type, length, by_value, alignment));
}

Oid parameter_type(Parameter const &parameter) {
    Oid const type = type_of(parameter);
    return parameter.elements ? get_array_type(type) : type;
}

Datum datum_of(Parameter const &parameter) {
    if (parameter.elements)
        return array(parameter.elements->data(), static_cast<int>(parameter.elements->size()));
    return parameter.is_null ? Datum{0} : scalar(parameter);
}

ParamListInfo parameter_list(Parameter const *parameters, int count) {
    ParamListInfo const list = makeParamList(count);
    for (int i = 0; i < count; ++i) {
        list->params[i].isnull = parameters[i].is_null;
        list->params[i].pflags = PARAM_FLAG_CONST;
        list->params[i].ptype = parameter_type(parameters[i]);
        list->params[i].value = datum_of(parameters[i]);
    }
    return list;
}

// One execution; `plan` is prepared at first use when it is given.
Rows execute(const char *sql, Parameter const *parameters, int count, Access access, SPIPlanPtr *plan) {
    MemoryContext const memory =
        pg::guarded([&] { return AllocSetContextCreate(CurrentMemoryContext, "migrator rows", ALLOCSET_SMALL_SIZES); });
    Rows result(memory);
    Collector rows;
    init(rows, memory);
    Collector *const collector = &rows;
    int const code = pg::guarded([=] {
        MemoryContext const before = MemoryContextSwitchTo(collector->memory);
        ParamListInfo const list = parameter_list(parameters, count);
        SPI_connect();
        SPIExecuteOptions options = {};
        options.params = list;
        options.read_only = access == Access::read;
        options.dest = &collector->receiver;
        if (plan && !*plan) {
            Oid types[FUNC_MAX_ARGS];
            for (int i = 0; i < count; ++i)
                types[i] = parameter_type(parameters[i]);
            SPIPlanPtr const made = SPI_prepare(sql, count, types);
            SPI_keepplan(made);
            *plan = made;
        }
        int const executed = plan ? SPI_execute_plan_extended(*plan, &options) : SPI_execute_extended(sql, &options);
        SPI_finish();
        MemoryContextSwitchTo(before);
        return executed;
    });
    if (code < 0)
        throw Failure("XX000", std::string("SPI error ") + SPI_result_code_string(code), sql);
    result.set(rows.values, rows.nulls, rows.columns, rows.count);
    return result;
}

} // namespace

Rows query(const char *sql, std::initializer_list<Parameter> parameters, Access access) {
    return execute(sql, parameters.begin(), static_cast<int>(parameters.size()), access, nullptr);
}

Rows query(const char *sql, Parameter const *parameters, std::size_t count) {
    return execute(sql, parameters, static_cast<int>(count), Access::fresh, nullptr);
}

Rows PreparedQuery::operator()(std::initializer_list<Parameter> parameters) {
    auto *plan = static_cast<SPIPlanPtr>(plan_);
    SPIPlanPtr *const place = &plan;
    struct Keep { // also when the execution fails: the plan is saved and has to be freed
        PreparedQuery *query;
        SPIPlanPtr const &made;
        ~Keep() { query->plan_ = made; }
    } const keep_plan{this, plan};
    return execute(sql_, parameters.begin(), static_cast<int>(parameters.size()), Access::fresh, place);
}

PreparedQuery::~PreparedQuery() {
    if (plan_)
        pg::guarded_or_warn("migrator: a saved plan could not be freed",
                            [this] { SPI_freeplan(static_cast<SPIPlanPtr>(plan_)); });
}

} // namespace mig::server
