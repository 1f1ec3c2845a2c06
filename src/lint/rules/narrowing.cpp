// Rules: a new type that holds less than the old one.
//
// Which values a cast refuses and which it changes silently is a fact of each pair of types. An assignment cast to
// varchar(n) or char(n) refuses what is too long (varchar() in varchar.c), integer and numeric casts refuse what is out
// of range; digits beyond the scale are rounded, and a timestamp's time, date or zone is dropped without an error. A
// small table is searched for such values; of a large one the statistics know only the length of strings.
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
    std::string condition;    // selects rows with such values; $ is the column; empty: no SQL can find them
    bool refused = false;     // the server refuses them; otherwise it changes them
    std::int32_t length = -1; // the longest string that is not refused; -1: another kind of loss
};

bool is_string(Oid type) { return type == TEXTOID || type == VARCHAROID || type == BPCHAROID; }
bool is_timestamp(Oid type) { return type == TIMESTAMPOID || type == TIMESTAMPTZOID; }
bool is_float(Oid type) { return type == FLOAT4OID || type == FLOAT8OID; }
int integer_bytes(Oid type) { return type == INT2OID ? 2 : type == INT4OID ? 4 : type == INT8OID ? 8 : 0; }

// numeric(precision, scale), as make_numeric_typmod() in numeric.c packs them. The scale has 11 bits and a sign, since
// version 15 lets it be negative.
int precision_of(std::int32_t typmod) { return ((typmod - 4) >> 16) & 0xffff; }
int scale_of(std::int32_t typmod) { return (((typmod - 4) & 0x7ff) ^ 1024) - 1024; }

// Conditions qualify every operator and function, as any_row() requires.
#define MORE " OPERATOR(pg_catalog.>) "
#define OTHER " OPERATOR(pg_catalog.<>) "

// The typmod of varchar(n) and char(n) is n + 4 (VARHDRSZ).
Loss to_string_type(Column const &from, DataType const &to) {
    if (to.typmod < 4 || (from.typmod >= 4 && from.typmod <= to.typmod))
        return {};
    std::string const limit = std::to_string(to.typmod - 4);
    return {"values longer than " + limit + " characters", "pg_catalog.length($::pg_catalog.text)" MORE + limit, true,
            to.typmod - 4};
}

// A numeric with fewer digits before the decimal point than the integer type has in all always fits. One with a scale
// can be rounded, which is reported rather than its range.
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
        return {"digits after the decimal point",
                "pg_catalog.round($::pg_catalog.numeric, 0)" OTHER "$::pg_catalog.numeric"};
    return {};
}

// An unconstrained numeric counts as one of 1000 digits on either side.
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
        return {"digits after the " + places +
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

// The typmod of the time types is the number of digits of the second. Of most of these losses no condition can tell
// which rows they concern: they concern all rows, or depend on the session's TimeZone.
Loss to_time(Column const &from, DataType const &to) {
    if (to.oid == DATEOID && is_timestamp(from.type))
        return {"the time of day", "pg_catalog.date_trunc('day', $)" OTHER "$"};
    if ((to.oid == TIMEOID || to.oid == TIMETZOID) && is_timestamp(from.type))
        return {"the date", ""};
    if (to.oid == TIMESTAMPOID && from.type == TIMESTAMPTZOID)
        return {"the moment: only the local time in the session's TimeZone is left", ""};
    bool const clock = is_timestamp(from.type) || from.type == TIMEOID || from.type == TIMETZOID;
    if (from.type == to.oid && clock && to.typmod >= 0 && (from.typmod < 0 || from.typmod > to.typmod))
        return {"fractions of a second after digit " + std::to_string(to.typmod), ""};
    return {};
}

// What the change loses; nothing when the new type holds all values of the old one, or for pairs that are not known.
Loss loss_of(Column const &from, DataType const &to) {
    if (is_string(to.oid) && is_string(from.type))
        return to_string_type(from, to);
    if (integer_bytes(to.oid) > 0)
        return to_integer(from, to);
    if (to.oid == NUMERICOID)
        return to_numeric(from, to);
    // The decimal digits that float4 and float8 keep for certain: "Floating-Point Types" in the manual. bigint has up
    // to 19.
    if (is_float(to.oid) && (from.type == NUMERICOID || (from.type == FLOAT8OID && to.oid == FLOAT4OID)))
        return {std::string("digits beyond the ") + (to.oid == FLOAT4OID ? "6th" : "15th"), ""};
    if (from.type == INT8OID && is_float(to.oid))
        return {"exact values of large numbers", ""};
    return to_time(from, to);
}

// The condition as one would type it: without the schemas.
std::string readable(std::string_view condition, std::string const &column) {
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

// An error only where a value that the server will refuse is found, or was seen by ANALYZE, and no USING may deal with
// it. A table that the migration itself writes to cannot be judged by the rows that are in it now.
void narrow_type(Subject const &subject, Report &report) {
    each_subcommand(subject, [&](Subcommand const &change) {
        if (change.command.subtype != AT_AlterColumnType || change.table.is_new)
            return;
        Column const *const column = change.table.column(change.command.name);
        auto const *definition = reinterpret_cast<ColumnDef const *>(change.command.def);
        if (!column || column->is_new || !definition || !definition->typeName || change.table.rows < 1)
            return;
        DataType const type = subject.world.type(definition->typeName);
        Loss const lost = type.oid == 0 ? Loss{} : loss_of(*column, type);
        if (lost.what.empty())
            return;
        bool const unchanged = subject.earlier_in_migration.written.count(&change.table) == 0 &&
                               !subject.world.was_written(change.table);
        Answer found = unchanged ? any_row(subject.world, change.table, *column, lost.condition) : Answer::unknown;
        if (found == Answer::no)
            return;
        // Only lengths: they are what Statistics knows of single values.
        bool const sampled = found == Answer::unknown && unchanged && lost.length >= 0;
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
                             readable(lost.condition, quoted(column->name)) + ".");
    });
}

} // namespace mig::server::lint
