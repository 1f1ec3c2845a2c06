// Rules: a new type that holds less than the old one.
#include "lint/read/stored_values.hpp"
#include "lint/read/wording.hpp"
#include "lint/rules/rules.hpp"
#include "server/parse/tree.hpp"

#include <algorithm>

extern "C" {
#include "catalog/pg_type.h"
}

namespace mig::server::lint {

namespace {

struct Loss {
    std::string what;         // values longer than 20 characters
    std::string condition;    // of a row that has one; $ is the column; empty: none that SQL can tell
    bool refused = false;     // the server refuses them; otherwise it changes them
    std::int32_t length = -1; // beyond which they are refused
};

bool is_string(Oid type) { return type == TEXTOID || type == VARCHAROID || type == BPCHAROID; }
bool is_timestamp(Oid type) { return type == TIMESTAMPOID || type == TIMESTAMPTZOID; }
bool is_float(Oid type) { return type == FLOAT4OID || type == FLOAT8OID; }
int integer_bytes(Oid type) { return type == INT2OID ? 2 : type == INT4OID ? 4 : type == INT8OID ? 8 : 0; }

// numeric(precision, scale), as numeric.c packs them.
int precision_of(std::int32_t typmod) { return ((typmod - 4) >> 16) & 0xffff; }
int scale_of(std::int32_t typmod) { return (((typmod - 4) & 0x7ff) ^ 1024) - 1024; }

#define MORE " OPERATOR(pg_catalog.>) "
#define OTHER " OPERATOR(pg_catalog.<>) "

Loss to_string_type(Column const &from, DataType const &to) {
    if (to.typmod < 4 || (from.typmod >= 4 && from.typmod <= to.typmod))
        return {};
    std::string const limit = std::to_string(to.typmod - 4);
    return {"values longer than " + limit + " characters", "pg_catalog.length($::pg_catalog.text)" MORE + limit, true,
            to.typmod - 4};
}

Loss to_integer(Column const &from, DataType const &to) {
    int const bytes = integer_bytes(to.oid);
    std::string const most = bytes == 2 ? "32767" : bytes == 4 ? "2147483647" : "9223372036854775807";
    std::string const beyond = "pg_catalog.abs($::pg_catalog.numeric)" MORE + most;
    if (int const before = integer_bytes(from.type))
        return before <= bytes ? Loss{} : Loss{"values above " + most, beyond, true};
    if (from.type == NUMERICOID && from.typmod >= 4 && scale_of(from.typmod) <= 0)
        return precision_of(from.typmod) - scale_of(from.typmod) < (bytes == 2   ? 5
                                                                    : bytes == 4 ? 10
                                                                                 : 19)
                   ? Loss{}
                   : Loss{"values above " + most, beyond, true};
    if (from.type == NUMERICOID || is_float(from.type))
        return {"digits behind the decimal point",
                "pg_catalog.round($::pg_catalog.numeric, 0)" OTHER "$::pg_catalog.numeric"};
    return {};
}

Loss to_numeric(Column const &from, DataType const &to) {
    if (to.typmod < 4 || (from.type != NUMERICOID && integer_bytes(from.type) == 0))
        return {};
    bool const bounded = from.type != NUMERICOID || from.typmod >= 4;
    int const scale = scale_of(to.typmod), digits = precision_of(to.typmod) - scale;
    int const old_scale = from.type != NUMERICOID ? 0 : bounded ? scale_of(from.typmod) : 1000;
    int const bytes = integer_bytes(from.type);
    int const old_digits = bytes > 0 ? (bytes == 2   ? 5
                                        : bytes == 4 ? 10
                                                     : 19)
                           : bounded ? precision_of(from.typmod) - old_scale
                                     : 1000;
    std::string const places = std::to_string(scale);
    if (old_scale > scale)
        return {"digits behind the " + places +
                    (scale == 1   ? "st"
                     : scale == 2 ? "nd"
                     : scale == 3 ? "rd"
                                  : "th") +
                    " decimal place",
                "pg_catalog.round($, " + places + ")" OTHER "$"};
    if (old_digits > digits)
        return {"values of more than " + std::to_string(digits) + " digits before the decimal point",
                "pg_catalog.abs($::pg_catalog.numeric) OPERATOR(pg_catalog.>=) 1e" + std::to_string(digits), true};
    return {};
}

Loss to_time(Column const &from, DataType const &to) {
    if (to.oid == DATEOID && is_timestamp(from.type))
        return {"the time of day", "pg_catalog.date_trunc('day', $)" OTHER "$"};
    if ((to.oid == TIMEOID || to.oid == TIMETZOID) && is_timestamp(from.type))
        return {"the date", ""};
    if (to.oid == TIMESTAMPOID && from.type == TIMESTAMPTZOID)
        return {"the moment: what is left is the clock of the session's TimeZone", ""};
    bool const clock = is_timestamp(from.type) || from.type == TIMEOID || from.type == TIMETZOID;
    if (from.type == to.oid && clock && to.typmod >= 0 && (from.typmod < 0 || from.typmod > to.typmod))
        return {"fractions of a second behind digit " + std::to_string(to.typmod), ""};
    return {};
}

Loss loss(Column const &from, DataType const &to) {
    if (is_string(to.oid) && is_string(from.type))
        return to_string_type(from, to);
    if (integer_bytes(to.oid) > 0)
        return to_integer(from, to);
    if (to.oid == NUMERICOID)
        return to_numeric(from, to);
    if (is_float(to.oid) && (from.type == NUMERICOID || (from.type == FLOAT8OID && to.oid == FLOAT4OID)))
        return {std::string("digits beyond the ") + (to.oid == FLOAT4OID ? "6th" : "15th"), ""};
    if (from.type == INT8OID && is_float(to.oid))
        return {"exact values of large numbers", ""};
    return to_time(from, to);
}

// As one would type it.
std::string plain(std::string_view condition, std::string const &column) {
    std::string text;
    for (std::size_t i = 0; i < condition.size(); ++i) {
        if (condition.compare(i, 20, "OPERATOR(pg_catalog.") == 0) {
            std::size_t const end = condition.find(')', i);
            text += condition.substr(i + 20, end - i - 20);
            i = end;
        } else if (condition.compare(i, 11, "pg_catalog.") == 0) {
            i += 10;
        } else if (condition[i] == '$') {
            text += column;
        } else {
            text += condition[i];
        }
    }
    return text;
}

} // namespace

void narrow_type(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_AlterColumnType || change.table.is_new)
            return;
        Column const *const column = change.table.column(change.command.name);
        auto const *definition = reinterpret_cast<ColumnDef const *>(change.command.def);
        if (!column || column->is_new || !definition || !definition->typeName || change.table.rows < 1)
            return;
        DataType const type = subject.world.type(definition->typeName);
        Loss const lost = type.oid == 0 ? Loss{} : loss(*column, type);
        if (lost.what.empty())
            return;
        bool const as_is = subject.migration.written.count(&change.table) == 0;
        Answer found = as_is ? any_row(subject.world, change.table, *column, lost.condition) : Answer::unknown;
        if (found == Answer::no)
            return;
        bool const sampled = found == Answer::unknown && as_is && lost.length >= 0;
        if (sampled) {
            std::optional<Statistics> const known = statistics(subject.world, change.table, *column);
            if (known && known->max_length > lost.length)
                found = Answer::yes;
        }
        bool const own_conversion = definition->raw_default != nullptr; // USING
        bool const fails = lost.refused && found == Answer::yes && !own_conversion;
        std::string const name = "column " + quoted(column->name) + " of " + change.table.label();
        std::string const change_text = " from " + column->type_name + " to " + type_name(type);
        report.add(fails ? Severity::error : Severity::warning,
                   fails ? "ALTER TYPE fails: " + name + " has " + lost.what
                         : "narrows " + name + change_text +
                               (lost.refused && !own_conversion ? ", which fails when it has " : ", which loses ") +
                               lost.what + (found == Answer::yes ? ", and there are such values" : ""),
                   lost.condition.empty()
                       ? "Add a column of the new type, fill it in batches, and drop the old one when nothing reads it."
                       : "See what is there: SELECT count(*) FROM " + change.table.qualified() + " WHERE " +
                             plain(lost.condition, quoted(column->name)) + ".");
    });
}

} // namespace mig::server::lint
