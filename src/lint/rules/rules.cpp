#include "lint/rules/rules.hpp"

namespace mig::server::lint {

// The order of the groups is that of the findings about one statement, and of the rules in a SARIF report.
std::vector<Rules> rules() {
    return {
        lock_rules(),                 //
        lock_order_rules(),           //
        partition_rules(),            //
        rewrite_rules(),              //
        scan_rules(),                 //
        non_transactional_rules(),    //
        destructive_rules(),          //
        client_compatibility_rules(), //
        replication_rules(),          //
        security_rules(),             //
        history_rules(),              //
        design_rules(),               //
    };
}

} // namespace mig::server::lint
