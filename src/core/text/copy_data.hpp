// The lines that COPY ... FROM stdin reads when they stand in the text behind it, as psql finds their end.
#pragma once

#include <cstddef>
#include <string_view>

namespace mig {

// Where the line behind the one of `offset` begins.
std::size_t next_line(std::string_view text, std::size_t offset) noexcept;

// The data begin with the line at `begin` and end with the first that is `\.` alone, or with the text: behind that.
std::size_t end_of_copy_data(std::string_view text, std::size_t begin);

// What the server's COPY is to read of it: without the line that ends it.
std::string_view copy_rows(std::string_view data) noexcept;

} // namespace mig
