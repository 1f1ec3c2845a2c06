#include "core/convention/convention_table.hpp"
#include "core/convention/table/go_tools.hpp"
#include "core/convention/table/javascript_tools.hpp"
#include "core/convention/table/jvm_and_dotnet_tools.hpp"
#include "core/convention/table/own_layouts.hpp"
#include "core/convention/table/rust_tools.hpp"
#include "core/convention/table/scripting_tools.hpp"

namespace mig {

namespace {

template <std::size_t Count>
struct Table {
    Convention rows[Count] = {};
};

// All families in one table, in the order of preference. Insertion sort, since std::sort() is not constexpr in C++17.
template <std::size_t... Counts>
constexpr auto in_order(Convention const (&...families)[Counts]) {
    Table<(Counts + ...)> table;
    std::size_t count = 0;
    auto const insert = [&](Convention const &convention) {
        std::size_t place = count++;
        for (; place > 0 && table.rows[place - 1].preference > convention.preference; --place)
            table.rows[place] = table.rows[place - 1];
        table.rows[place] = convention;
    };
    auto const insert_all = [&](auto const &family) {
        for (Convention const &convention : family)
            insert(convention);
    };
    (insert_all(families), ...);
    return table;
}

template <std::size_t Count>
constexpr bool each_is_preferred_to_the_next(Table<Count> const &table) {
    for (std::size_t i = 1; i < Count; ++i)
        if (table.rows[i - 1].preference >= table.rows[i].preference)
            return false;
    return true;
}

constexpr auto table =
    in_order(own_layouts, go_tools, javascript_tools, jvm_and_dotnet_tools, rust_tools, scripting_tools);
static_assert(each_is_preferred_to_the_next(table));

} // namespace

Range<Convention> conventions() { return table.rows; }

} // namespace mig
