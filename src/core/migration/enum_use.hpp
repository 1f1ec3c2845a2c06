// Whether a body may use the values that it adds to enums. The server refuses to use a value before the transaction
// that adds it has committed; everything else can share that transaction.
#pragma once

#include "core/migration/body.hpp"
#include "core/text/lexed.hpp"

#include <set>

namespace mig {

class AddedValues {
  public:
    void add(std::string_view value, std::string_view type);

    // Sets value_in_use of every statement that adds a value if another statement may use one: it has the value as a
    // literal, within a literal such as a function's body, or in rows that it copies; or it computes something and
    // names the type. A value that is computed without naming either goes unnoticed. One pass over the text; `poll` is
    // called all along and may throw.
    void mark(Lexed const &body, std::vector<Statement> &statements, void (*poll)()) const;

  private:
    bool used_in(Lexed const &body, Statement const &statement, void (*poll)()) const;
    bool is_value_of(std::string_view text) const { return values_.find(text) != values_.end(); }
    bool is_type(std::string_view name) const;
    bool has_value(std::string_view text, std::string_view separators, void (*poll)()) const;
    bool names_type(std::string_view text) const;

    std::set<std::string, std::less<>> values_, types_; // types in lower case, without schema
};

} // namespace mig
