#include "server/lint/rule.hpp"

namespace mig::server::lint {

std::vector<Rules> rules() {
    return {
        lock_rules(),
        rewrite_rules(),
        non_transactional_rules(),
    };
}

} // namespace mig::server::lint
