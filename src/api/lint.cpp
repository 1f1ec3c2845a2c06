// lint(): what pending migrations will do to this database. It reads, and works on a standby.
#include "lint/lint.hpp"

#include "api/arguments.hpp"
#include "api/result_set.hpp"

using namespace mig;

MIG_FUNCTION(migrator_lint) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    server::Catalog const catalog(arguments.module(1), server::Access::read, server::Catalog::Detail::report);
    std::vector<Finding> const all = server::lint::lint(catalog, target);
    api::ResultSet rows(fcinfo);
    server::Value const none;
    for (Finding const &one : all)
        rows.add({{"version", one.version},
                  {"statement", one.statement == 0 ? none : server::Value(one.statement)},
                  {"line", one.line == 0 ? none : server::Value(one.line)},
                  {"rule", one.rule},
                  {"severity", word(one.severity)},
                  {"message", one.message},
                  {"hint", one.hint.empty() ? none : server::Value(one.hint)}});
    return Datum{0};
}
