// lint(): what pending migrations will do to this database. It only reads, so it works on a standby.
#include "lint/lint.hpp"

#include "api/arguments.hpp"
#include "api/result_set.hpp"
#include "server/store/modules.hpp"

using namespace mig;

MIG_FUNCTION(migrator_lint) {
    api::Arguments const arguments(fcinfo);
    std::optional<std::string> const target = arguments.optional_text(0);
    server::Catalog const catalog(arguments.module(1), server::Access::read, server::Catalog::Detail::report);
    server::require_module(catalog);
    std::vector<Finding> const findings = server::lint::lint(catalog, target);
    api::ResultSet rows(fcinfo);
    server::Value const null;
    for (Finding const &finding : findings)
        rows.add({{"version", finding.version},
                  {"statement", finding.statement == 0 ? null : server::Value(finding.statement)},
                  {"line", finding.line == 0 ? null : server::Value(finding.line)},
                  {"rule", finding.rule},
                  {"severity", to_text(finding.severity)},
                  {"message", finding.message},
                  {"hint", finding.hint.empty() ? null : server::Value(finding.hint)}});
    return Datum{0};
}
