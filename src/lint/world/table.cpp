#include "lint/world/table.hpp"

#include <algorithm>
#include <cmath>

namespace mig::server::lint {

namespace {

constexpr double megabyte = 1024.0 * 1024, gigabyte = 1024 * megabyte;

std::string number(double value, int digits, const char *unit) {
    char text[48];
    (void) snprintf(text, sizeof text, "%.*f%s", digits, value, unit);
    return text;
}

std::string bytes_text(std::int64_t bytes) {
    auto const size = static_cast<double>(bytes);
    if (size >= gigabyte)
        return number(size / gigabyte, 1, " GB");
    if (size >= megabyte)
        return number(size / megabyte, 0, " MB");
    return number(std::ceil(size / 1024), 0, " kB");
}

} // namespace

// Below both limits a scan, a rewrite or an index build takes less than about 50 ms on any machine: PostgreSQL 15 reads
// 10 MB from disk and sorts 10,000 rows in less. Requests of an application wait longer for each other anyway.
bool Table::small() const { return is_new || (rows < 10'000 && static_cast<double>(bytes) < 10 * megabyte); }

// From here on the same work takes seconds to minutes, long enough to exhaust a connection pool whose users all wait.
bool Table::large() const { return !is_new && (rows >= 1e6 || static_cast<double>(bytes) >= gigabyte); }

Severity Table::severity() const { return small() ? Severity::info : large() ? Severity::error : Severity::warning; }

Column *Table::column(std::string_view wanted) { return columns.find(wanted); }
TableConstraint *Table::constraint(std::string_view wanted) { return constraints.find(wanted); }
TableIndex *Table::index(std::string_view wanted) { return indexes.find(wanted); }

TableConstraint const *Table::proof_of_not_null(std::string_view wanted) const {
    for (TableConstraint const &check : constraints)
        if (check.validated && std::find(check.proves_not_null.begin(), check.proves_not_null.end(), wanted) !=
                                   check.proves_not_null.end())
            return &check;
    return nullptr;
}

std::string Table::qualified() const { return quoted(schema) + "." + quoted(name); }

std::string Table::label() const {
    if (is_new)
        return qualified() + " (new)";
    if (!is_table() && kind != 'm')
        return qualified();
    return qualified() + " (" + counted(rows, "row") + ", " + bytes_text(bytes) + ")";
}

std::string counted(double count, const char *thing) {
    std::string const text = count >= 999'500'000 ? number(count / 1e9, 1, " billion")
                             : count >= 999'500   ? number(count / 1e6, 1, " million")
                             : count >= 1000      ? number(std::round(count / 1000), 0, ",000")
                                                  : number(std::round(count), 0, "");
    return text + " " + thing + (text == "1" ? "" : "s");
}

} // namespace mig::server::lint
