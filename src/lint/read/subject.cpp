#include "lint/read/subject.hpp"

namespace mig::server::lint {

bool Subject::first_time(std::string key) const {
    return earlier_in_transaction.reported.insert(std::move(key)).second;
}

} // namespace mig::server::lint
