// Small tools for texts, most of them for what appears in messages.
#pragma once

#include <string>
#include <string_view>

namespace mig {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // of UTF-8

std::string lower_case(std::string_view text); // ASCII only

// In double quotes, on one line, control characters as blanks, cut after some 60 bytes at a character boundary.
std::string quoted_excerpt(std::string_view text);

// The first `most` bytes or so, cut at a character boundary of whatever encoding; all of it when it is no longer.
std::string_view shortened(std::string_view text, std::size_t most);

std::string sql_literal(std::string_view text); // in single quotes, quotes inside doubled

bool begins_with(std::string_view text, std::string_view beginning);
bool ends_with(std::string_view text, std::string_view end);

// Adds the item to a list such as `a, b, c`.
void append_item(std::string &list, std::string_view item);

std::string format_ms(double ms); // "12.3 ms"

} // namespace mig
