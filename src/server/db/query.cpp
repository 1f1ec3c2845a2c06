#include "server/db/query.hpp"

#include "core/base/failure.hpp"

#include <cstring>

extern "C" {
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "jit/jit.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "utils/array.h"
#include "utils/datum.h"
}

namespace mig::server {

namespace {

// Copies rows as the executor sends them, without a tuple table in between. PODs only, for the guarded frame.
struct Collector {
    DestReceiver receiver;
    RowBuffer rows;
};

void collect_startup(DestReceiver *self, int, TupleDesc description) {
    reinterpret_cast<Collector *>(self)->rows.columns = description->natts;
}

// Copies a value, detoasted: what a TOAST pointer refers to can be vacuumed away once the snapshot is gone.
Datum keep(RowBuffer &rows, Datum value, Form_pg_attribute attribute) {
    if (attribute->attbyval)
        return value;
    if (attribute->attlen != -1)
        return datumCopy(value, false, attribute->attlen);
    struct varlena *const flat = PG_DETOAST_DATUM_PACKED(value);
    if (flat != reinterpret_cast<struct varlena *>(DatumGetPointer(value)))
        return PointerGetDatum(flat);
    Size const size = VARSIZE_ANY(flat);
    return PointerGetDatum(memcpy(rows.take(MAXALIGN(size)), flat, size));
}

bool collect_row(TupleTableSlot *slot, DestReceiver *self) {
    RowBuffer &rows = reinterpret_cast<Collector *>(self)->rows;
    MemoryContext const before = MemoryContextSwitchTo(rows.memory);
    slot_getallattrs(slot);
    std::size_t const row = rows.add();
    for (int i = 0; i < rows.columns; ++i) {
        rows.nulls.items[row + i] = slot->tts_isnull[i];
        rows.values.items[row + i] =
            slot->tts_isnull[i] ? Datum{0} : keep(rows, slot->tts_values[i], TupleDescAttr(slot->tts_tupleDescriptor, i));
    }
    MemoryContextSwitchTo(before);
    return true;
}

void collect_nothing(DestReceiver *) {}

void init(Collector &collector, MemoryContext memory) {
    collector = {};
    collector.receiver.receiveSlot = collect_row;
    collector.receiver.rStartup = collect_startup;
    collector.receiver.rShutdown = collect_nothing;
    collector.receiver.rDestroy = collect_nothing;
    collector.receiver.mydest = DestNone;
    collector.rows.memory = memory;
}

ParamListInfo parameter_list(Value const *parameters, int count) {
    ParamListInfo const list = makeParamList(count);
    for (int i = 0; i < count; ++i) {
        list->params[i].isnull = parameters[i].is_null;
        list->params[i].pflags = PARAM_FLAG_CONST;
        list->params[i].ptype = type_of(parameters[i]);
        list->params[i].value = datum_of(parameters[i]);
    }
    return list;
}

// Has queries planned without JIT while it lives. The compiler does not check for interrupts, and takes seconds for a
// query of ours if the catalogs were never analyzed. Sets the variable directly rather than as a setting, because this
// happens for each query; nobody sees it.
class WithoutJit {
  public:
    WithoutJit() : before_(jit_enabled) { jit_enabled = false; }
    ~WithoutJit() { jit_enabled = before_; }
    WithoutJit(WithoutJit const &) = delete;
    WithoutJit &operator=(WithoutJit const &) = delete;

  private:
    bool const before_;
};

// Executes the text once. With `plan`, it is prepared at the first execution and saved; *plan is set as soon as the
// plan is saved, so that its owner can free it whatever fails afterwards. The plan is generic: one for these values
// would hold them, with large texts expanded.
Rows execute(const char *sql, Value const *parameters, int count, Access access, void **plan) {
    MemoryContext const memory =
        pg::guarded([&] { return AllocSetContextCreate(CurrentMemoryContext, "migrator rows", ALLOCSET_SMALL_SIZES); });
    Rows result(memory);
    Collector collected;
    init(collected, memory);
    Collector *const collector = &collected;
    WithoutJit const without_jit;
    int const code = pg::guarded([=] {
        MemoryContext const before = MemoryContextSwitchTo(collector->rows.memory);
        ParamListInfo const list = parameter_list(parameters, count);
        SPI_connect();
        SPIExecuteOptions options = {};
        options.params = list;
        options.read_only = access == Access::read; // the active snapshot; otherwise SPI takes a new one
        options.dest = &collector->receiver;
        if (plan && !*plan) {
            Oid types[FUNC_MAX_ARGS];
            for (int i = 0; i < count; ++i)
                types[i] = type_of(parameters[i]);
            SPIPlanPtr const prepared = SPI_prepare_cursor(sql, count, types, CURSOR_OPT_GENERIC_PLAN);
            SPI_keepplan(prepared); // reparents its memory to CacheMemoryContext, and allocates nothing
            *plan = prepared;
        }
        int const executed = plan ? SPI_execute_plan_extended(static_cast<SPIPlanPtr>(*plan), &options)
                                  : SPI_execute_extended(sql, &options);
        SPI_finish();
        MemoryContextSwitchTo(before);
        return executed;
    });
    if (code < 0)
        throw Failure(sqlstate::internal_error, std::string("SPI error ") + SPI_result_code_string(code), sql);
    result.set(collected.rows);
    return result;
}

} // namespace

std::vector<std::string> Rows::texts(std::size_t row, int column) const {
    if (is_null(row, column))
        return {};
    struct Elements {
        Datum *values;
        int count;
    };
    Datum const stored = datum(row, column);
    Elements const elements = pg::guarded([=] {
        Elements found{};
        deconstruct_array(DatumGetArrayTypeP(stored), TEXTOID, -1, false, TYPALIGN_INT, &found.values, nullptr,
                          &found.count);
        return found;
    });
    std::vector<std::string> result;
    for (int i = 0; i < elements.count; ++i) {
        void const *const value = DatumGetPointer(elements.values[i]);
        result.emplace_back(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
    }
    return result;
}

Rows query(const char *sql, std::initializer_list<Value> parameters, Access access) {
    return execute(sql, parameters.begin(), static_cast<int>(parameters.size()), access, nullptr);
}

Rows query(const char *sql, std::vector<Value> const &parameters, Access access) {
    return execute(sql, parameters.data(), static_cast<int>(parameters.size()), access, nullptr);
}

Rows PreparedQuery::operator()(Value const *parameters, std::size_t count) {
    return execute(sql_, parameters, static_cast<int>(count), Access::fresh, &plan_);
}

Rows KeptQuery::operator()(std::initializer_list<Value> parameters, Access access) {
    return execute(sql_, parameters.begin(), static_cast<int>(parameters.size()), access, &plan_);
}

PreparedQuery::~PreparedQuery() {
    if (plan_)
        pg::guarded_or_warn("migrator: a saved plan could not be freed",
                            [this] { SPI_freeplan(static_cast<SPIPlanPtr>(plan_)); });
}

} // namespace mig::server
