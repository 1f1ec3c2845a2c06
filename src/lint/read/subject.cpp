#include "lint/read/subject.hpp"

namespace mig::server::lint {

bool Subject::first(std::string key) const { return migrated.reported.insert(std::move(key)).second; }

} // namespace mig::server::lint
