// Writes the texts of others into HTML: whatever they contain, they stay text, within elements and within attributes.
#pragma once

#include <string>
#include <string_view>

namespace mig::report {

// Everything that HTML gives a meaning to becomes a reference. Control characters, but for line breaks and tabs, are
// shown as `\u0001`.
std::string escape_html(std::string_view text);
// For one line: white space becomes blanks.
std::string escape_html_line(std::string_view text);

// Other characters than ASCII become references, so that the file is the same in whatever encoding it is saved. What is
// not UTF-8 is shown as `\xE4`.
std::string to_ascii(std::string_view html);

// At most `most` characters of UTF-8, of which the last is an ellipsis if there are more.
std::string shortened_label(std::string_view text, std::size_t most);

} // namespace mig::report
