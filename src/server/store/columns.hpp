// Tables of columns {name, member}. The SQL that writes the rows of a table, its parameters, and the reader of the rows
// are all made from one of these, so that they cannot differ in their order.
#pragma once

#include "core/base/kind.hpp"
#include "server/db/query.hpp"

#include <iterator>

namespace mig::server {

// A column of rows that are a T, or a part of one.
template <class T>
struct Column {
    const char *name;
    Value (*value)(T const &);
    void (*read)(T &, Rows const &, std::size_t row, int column);
    // Whether rows that differ only in this column count as different.
    enum class Compared : unsigned char { yes, no } compared = Compared::yes;

    constexpr Column not_compared() const { return {name, value, read, Compared::no}; }
};

namespace column_detail {

template <class T>
struct Optional : std::false_type {};
template <class T>
struct Optional<std::optional<T>> : std::true_type {};

// For a member that has members of its own.
template <class T>
constexpr bool is_optional_part = Optional<T>::value;

template <class Class, class Member>
Class class_of(Member Class::*);

inline Value value_of(Kind kind) { return to_text(kind); }
template <class T>
Value value_of(T const &member) {
    return Value(member);
}

// Follows the chain of members from the object.
template <auto Member, auto... Rest, class T>
Value value_at(T const &object) {
    auto const &member = object.*Member;
    using Type = std::decay_t<decltype(member)>;
    if constexpr (sizeof...(Rest) == 0)
        return value_of(member);
    else if constexpr (is_optional_part<Type>)
        return member ? value_at<Rest...>(*member) : value_at<Rest...>(typename Type::value_type{}).as_null();
    else
        return value_at<Rest...>(member);
}

inline void read_value(std::string_view &to, Rows const &rows, std::size_t row, int column) {
    to = rows.text(row, column);
}
inline void read_value(std::vector<std::string> &to, Rows const &rows, std::size_t row, int column) {
    to = rows.texts(row, column);
}
inline void read_value(std::int64_t &to, Rows const &rows, std::size_t row, int column) {
    to = rows.bigint(row, column);
}
inline void read_value(std::int32_t &to, Rows const &rows, std::size_t row, int column) {
    to = rows.integer(row, column);
}
inline void read_value(std::uint32_t &to, Rows const &rows, std::size_t row, int column) {
    to = static_cast<std::uint32_t>(rows.integer(row, column));
}
inline void read_value(bool &to, Rows const &rows, std::size_t row, int column) { to = rows.boolean(row, column); }
inline void read_value(double &to, Rows const &rows, std::size_t row, int column) { to = rows.real(row, column); }
inline void read_value(Kind &to, Rows const &rows, std::size_t row, int column) {
    to = kind_named(rows.text(row, column)).value_or(Kind::versioned);
}
template <class T>
void read_value(std::optional<T> &to, Rows const &rows, std::size_t row, int column) {
    to.reset();
    if (!rows.is_null(row, column))
        read_value(to.emplace(), rows, row, column);
}

template <auto Member, auto... Rest, class T>
void read_at(T &object, Rows const &rows, std::size_t row, int column) {
    auto &member = object.*Member;
    if constexpr (sizeof...(Rest) == 0) {
        read_value(member, rows, row, column);
    } else if constexpr (is_optional_part<std::decay_t<decltype(member)>>) {
        if (member)
            read_at<Rest...>(*member, rows, row, column);
    } else {
        read_at<Rest...>(member, rows, row, column);
    }
}

} // namespace column_detail

// column<&A::b, &B::c>("name"): the member c of the member b of an A. If b is an optional without a value, it is NULL
// when written, and ignored when read; a deciding_column() that is read before creates b.
template <auto Member, auto... Rest>
constexpr auto column(const char *name) {
    using T = decltype(column_detail::class_of(Member));
    return Column<T>{name, column_detail::value_at<Member, Rest...>, column_detail::read_at<Member, Rest...>};
}

// The same for a column that creates the optional member when it is read and is not NULL.
template <auto Member, auto Rest>
constexpr auto deciding_column(const char *name) {
    using T = decltype(column_detail::class_of(Member));
    return Column<T>{name, column_detail::value_at<Member, Rest>,
                     [](T &object, Rows const &rows, std::size_t row, int number) {
                         if (!rows.is_null(row, number))
                             column_detail::read_at<Rest>((object.*Member).emplace(), rows, row, number);
                     }};
}

// A time of the server's clock, in an std::int64_t.
template <auto Member>
constexpr auto time_column(const char *name) {
    using T = decltype(column_detail::class_of(Member));
    return Column<T>{name, [](T const &object) { return Value::timestamp(object.*Member); },
                     column_detail::read_at<Member>};
}

template <class Table>
void add_names(std::vector<const char *> &names, Table const &columns) {
    for (auto const &column : columns)
        names.push_back(column.name);
}

template <class T, class Table>
void add_values(std::vector<Value> &values, T const &object, Table const &columns) {
    for (auto const &column : columns)
        values.push_back(column.value(object));
}

// Reads the columns `first`, `first` + 1, ... of the row. The table is a template argument, so that the readers can be
// inlined: each run reads every row.
template <auto const &Table, class T, std::size_t... I>
void read_columns(T &object, Rows const &rows, std::size_t row, int first, std::index_sequence<I...>) {
    (Table[I].read(object, rows, row, first + static_cast<int>(I)), ...);
}
template <auto const &Table, class T>
void read_columns(T &object, Rows const &rows, std::size_t row, int first) {
    read_columns<Table>(object, rows, row, first, std::make_index_sequence<std::size(Table)>());
}

// `a, b, c`, each with `before` and `after` around it.
std::string comma_list(std::vector<const char *> const &names, std::string_view before = "",
                       std::string_view after = "");
// `$3, $4, $5`
std::string numbered_parameters(std::size_t first, std::size_t count);

} // namespace mig::server
