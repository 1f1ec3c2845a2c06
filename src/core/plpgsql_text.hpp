// Looks into a PL/pgSQL body, without its grammar.
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace mig {

// Of these names, lower case, those that an EXECUTE concatenates into its command as they are: not in an argument of
// quote_ident(), quote_literal(), quote_nullable(), format() or any other function, not with a cast behind it.
std::vector<std::string> concatenated(std::string_view body, std::vector<std::string> const &names);

// Whether it has a COMMIT or ROLLBACK of its own, where a statement begins.
bool ends_transactions(std::string_view body);

struct ProcedureName {
    std::string schema, name; // schema empty: not said
    bool operator<(ProcedureName const &other) const {
        return std::tie(schema, name) < std::tie(other.schema, other.name);
    }
};

// What it CALLs, where a statement begins.
std::vector<ProcedureName> called_procedures(std::string_view body);

} // namespace mig
