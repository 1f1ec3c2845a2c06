#include "server/lint/rule.hpp"

namespace mig::server::lint {

std::vector<Rules> rules() {
    return {
        lock_rules(), lock_order_rules(), rewrite_rules(), scan_rules(), non_transactional_rules(),
    };
}

} // namespace mig::server::lint
