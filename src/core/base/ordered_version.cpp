#include "core/base/ordered_version.hpp"

#include "core/base/version.hpp"

namespace mig {

std::string OrderedVersions::next(std::string_view wanted) {
    auto const last = [&] { return *granted_ + (suffix_ == 0 ? "" : "." + std::to_string(suffix_)); };
    if (!granted_ || version::compare(last(), wanted) < 0) {
        granted_ = wanted;
        suffix_ = 0;
    } else
        ++suffix_;
    return last();
}

} // namespace mig
