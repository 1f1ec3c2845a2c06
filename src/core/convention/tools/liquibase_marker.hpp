// The words of Liquibase's comments: `changeset ann:1 runOnChange:true dbms:"h2, postgresql"`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mig {

// What `words` say behind `lower`, when that is their first word, in upper or lower case.
std::optional<std::string_view> after_word(std::string_view words, std::string_view lower);

// Names in lower case; of one that is given twice, the last counts.
using LiquibaseAttributes = std::map<std::string, std::string>;

// `key:value key:"a value"`; words without a colon are left out.
LiquibaseAttributes attributes_of(std::string_view words);
// Of `property`: blanks may stand before a value, and quotes are part of it.
LiquibaseAttributes property_attributes_of(std::string_view words);

struct ChangesetLine {
    std::string author, id;
    LiquibaseAttributes attributes;

    // Empty when there is none of that name.
    std::string value(const char *lower_name) const;
    bool says(const char *lower_name, std::string_view value) const; // upper and lower case are one
};

// Of what stands behind `changeset`; nothing when it has no author or no id.
std::optional<ChangesetLine> changeset_line(std::string_view words);

// A list as of the attribute dbms: `postgresql`, `h2, !oracle`, `all`; empty is every database.
bool includes_postgresql(std::string_view dbms);

} // namespace mig
