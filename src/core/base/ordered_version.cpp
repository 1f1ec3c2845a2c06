#include "core/base/ordered_version.hpp"

#include "core/base/version.hpp"

namespace mig {

std::string OrderedVersions::next(std::string_view wanted) {
    auto const last = [&] { return *granted_ + (further_ == 0 ? "" : "." + std::to_string(further_)); };
    if (!granted_ || version::compare(last(), wanted) < 0) {
        granted_ = wanted;
        further_ = 0;
    } else
        ++further_;
    return last();
}

} // namespace mig
