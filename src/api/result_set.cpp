#include "api/result_set.hpp"

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"

#include <algorithm>

extern "C" {
#include "access/htup_details.h"
#include "funcapi.h"
#include "parser/parse_coerce.h"
#include "utils/tuplestore.h"
}

namespace mig::api {

namespace {

constexpr int nowhere = -1;

// An attribute is of the type or of one that is the same bytes: a migrator.version takes a text.
bool fits(Oid type, Oid attribute) { return type == attribute || IsBinaryCoercible(attribute, type); }

// The cell that does not fit; nowhere: all did.
int put(ReturnSetInfo *info, MemoryContext row, Cell const *cells, int count, int const *places, Oid *accepted) {
    Datum values[MaxTupleAttributeNumber];
    bool nulls[MaxTupleAttributeNumber];
    std::fill_n(nulls, info->setDesc->natts, true);
    MemoryContext const before = MemoryContextSwitchTo(row);
    int misfit = nowhere;
    for (int i = 0; i < count && misfit == nowhere; ++i) {
        if (places[i] == nowhere || cells[i].value.is_null)
            continue;
        Oid const type = server::type_of(cells[i].value);
        if (type != accepted[i] && !fits(type, TupleDescAttr(info->setDesc, places[i])->atttypid)) {
            misfit = i;
            break;
        }
        accepted[i] = type;
        nulls[places[i]] = false;
        values[places[i]] = server::datum_of(cells[i].value);
    }
    if (misfit == nowhere)
        tuplestore_putvalues(info->setResult, info->setDesc, values, nulls);
    MemoryContextSwitchTo(before);
    MemoryContextReset(row);
    return misfit;
}

[[noreturn]] void refuse(std::string const &message) {
    throw Failure(sqlstate::datatype_mismatch, message,
                  "The library and the SQL of the extension are of different releases.",
                  "Connect anew, and ALTER EXTENSION migrator UPDATE.");
}

} // namespace

ResultSet::ResultSet(FunctionCallInfo call)
    : info_(reinterpret_cast<ReturnSetInfo *>(call->resultinfo)), row_(nullptr) {
    row_ = pg::guarded([=] {
        InitMaterializedSRF(call, 0);
        return AllocSetContextCreate(CurrentMemoryContext, "migrator result row", ALLOCSET_SMALL_SIZES);
    });
}

void ResultSet::place(std::initializer_list<Cell> row) {
    std::vector<std::string> unknown;
    places_.assign(row.size(), nowhere);
    accepted_.assign(row.size(), InvalidOid);
    int known = 0;
    for (int i = 0; i < info_->setDesc->natts; ++i) {
        FormData_pg_attribute const &attribute = *TupleDescAttr(info_->setDesc, i);
        if (attribute.attisdropped)
            continue;
        const char *const name = NameStr(attribute.attname);
        auto const cell =
            std::find_if(row.begin(), row.end(), [&](Cell const &one) { return std::strcmp(one.name, name) == 0; });
        if (cell == row.end()) {
            unknown.emplace_back(name);
        } else {
            places_[static_cast<std::size_t>(cell - row.begin())] = i;
            ++known;
        }
    }
    if (known == 0)
        refuse("a function of migrator is declared with no column that the library knows");
    for (std::string const &name : unknown)
        pg::warning("column \"" + name + "\" is NULL: the library that this session has loaded does not know it",
                    "Connect anew.");
}

void ResultSet::add(std::initializer_list<Cell> row) {
    look_for_interrupts();
    if (places_.size() != row.size())
        place(row);
    Cell const *const cells = row.begin();
    int const count = static_cast<int>(row.size());
    int const *const places = places_.data();
    Oid *const accepted = accepted_.data();
    ReturnSetInfo *const info = info_;
    MemoryContext const memory = row_;
    int const misfit = pg::guarded([=] { return put(info, memory, cells, count, places, accepted); });
    if (misfit != nowhere)
        refuse("column \"" + std::string(cells[misfit].name) +
               "\" of a function of migrator is declared with another type than the library has");
}

} // namespace mig::api
