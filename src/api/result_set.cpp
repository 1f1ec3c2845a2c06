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

constexpr int none = -1;

// The attribute may be of another type with the same representation: a text fits a migrator.version.
bool fits(Oid type, Oid attribute) { return type == attribute || IsBinaryCoercible(attribute, type); }

// Returns the cell that does not fit; none: the row was added.
int put_row(ReturnSetInfo *info, MemoryContext row, Cell const *cells, int count, int const *attributes,
            Oid *accepted) {
    Datum values[MaxTupleAttributeNumber];
    bool nulls[MaxTupleAttributeNumber];
    std::fill_n(nulls, info->setDesc->natts, true);
    MemoryContext const before = MemoryContextSwitchTo(row);
    int misfit = none;
    for (int i = 0; i < count && misfit == none; ++i) {
        if (attributes[i] == none || cells[i].value.is_null)
            continue;
        Oid const type = server::type_of(cells[i].value);
        if (type != accepted[i] && !fits(type, TupleDescAttr(info->setDesc, attributes[i])->atttypid)) {
            misfit = i;
            break;
        }
        accepted[i] = type;
        nulls[attributes[i]] = false;
        values[attributes[i]] = server::datum_of(cells[i].value);
    }
    if (misfit == none)
        tuplestore_putvalues(info->setResult, info->setDesc, values, nulls);
    MemoryContextSwitchTo(before);
    MemoryContextReset(row);
    return misfit;
}

[[noreturn]] void refuse(std::string const &message) {
    throw Failure(sqlstate::datatype_mismatch, message,
                  "The library and the SQL of the extension are of different releases.",
                  "Reconnect, and ALTER EXTENSION migrator UPDATE.");
}

} // namespace

ResultSet::ResultSet(FunctionCallInfo call)
    : info_(reinterpret_cast<ReturnSetInfo *>(call->resultinfo)), row_(nullptr) {
    row_ = pg::guarded([=] {
        InitMaterializedSRF(call, 0);
        return AllocSetContextCreate(CurrentMemoryContext, "migrator result row", ALLOCSET_SMALL_SIZES);
    });
}

void ResultSet::match_attributes(std::initializer_list<Cell> row) {
    std::vector<std::string> unknown;
    attributes_.assign(row.size(), none);
    accepted_.assign(row.size(), InvalidOid);
    int known = 0;
    for (int i = 0; i < info_->setDesc->natts; ++i) {
        FormData_pg_attribute const &attribute = *TupleDescAttr(info_->setDesc, i);
        if (attribute.attisdropped)
            continue;
        const char *const name = NameStr(attribute.attname);
        auto const found =
            std::find_if(row.begin(), row.end(), [&](Cell const &cell) { return std::strcmp(cell.name, name) == 0; });
        if (found == row.end()) {
            unknown.emplace_back(name);
        } else {
            attributes_[static_cast<std::size_t>(found - row.begin())] = i;
            ++known;
        }
    }
    if (known == 0)
        refuse("a function of migrator is declared with no column that the library knows");
    for (std::string const &name : unknown)
        pg::warning("column \"" + name + "\" is NULL: the library that this session has loaded does not know it",
                    "Reconnect.");
}

void ResultSet::add(std::initializer_list<Cell> row) {
    check_for_interrupts();
    if (attributes_.size() != row.size())
        match_attributes(row);
    Cell const *const cells = row.begin();
    int const count = static_cast<int>(row.size());
    int const *const attributes = attributes_.data();
    Oid *const accepted = accepted_.data();
    ReturnSetInfo *const info = info_;
    MemoryContext const memory = row_;
    int const misfit = pg::guarded([=] { return put_row(info, memory, cells, count, attributes, accepted); });
    if (misfit != none)
        refuse("column \"" + std::string(cells[misfit].name) +
               "\" of a function of migrator is declared with another type than the library has");
}

} // namespace mig::api
