#include "server/lint/rule.hpp"

namespace mig::server::lint {

Rules non_transactional_rules() noexcept { return {nullptr, nullptr}; }

} // namespace mig::server::lint
