// The words of Liquibase's comments: `changeset ann:1 runOnChange:true dbms:"h2, postgresql"`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mig {

// What follows `lower` in `words`, if that is their first word, whatever its case.
std::optional<std::string_view> after_word(std::string_view words, std::string_view lower);

// Names are in lower case. If an attribute is given twice, the last one counts.
using LiquibaseAttributes = std::map<std::string, std::string>;

// Of a changeset: `key:value key:"a value"`. Words without a colon are ignored.
LiquibaseAttributes attributes_of(std::string_view words);
// Of `property`: blanks may precede a value, and quotes are part of it.
LiquibaseAttributes property_attributes_of(std::string_view words);

struct ChangesetLine {
    std::string author, id;
    LiquibaseAttributes attributes;

    // Empty if there is no such attribute.
    std::string value(const char *lower_name) const;
    bool has(const char *lower_name, std::string_view value) const; // whatever the case
};

// Parses what follows the word `changeset`. Nothing if there is no author or no id.
std::optional<ChangesetLine> changeset_line(std::string_view words);

// A list as in the attribute dbms: `postgresql`, `h2, !oracle`, `all`. An empty list includes every database.
bool includes_postgresql(std::string_view dbms);

} // namespace mig
