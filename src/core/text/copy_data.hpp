// The data lines that follow COPY ... FROM stdin in a script. They end where psql would end them.
#pragma once

#include <cstddef>
#include <string_view>

namespace mig {

// Where the line after that of `offset` begins.
std::size_t next_line(std::string_view text, std::size_t offset) noexcept;

// The data begin with the line at `begin` and end with the first line that is just `\.`, or with the text. Returns the
// offset after them.
std::size_t end_of_copy_data(std::string_view text, std::size_t begin);

// What the server's COPY is to read: the data without the line that ends them.
std::string_view copy_rows(std::string_view data) noexcept;

} // namespace mig
