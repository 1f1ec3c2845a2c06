#include "core/text/lines.hpp"

#include <algorithm>

namespace mig {

bool Lines::next() noexcept {
    if (next_ >= text_.size())
        return false;
    begin_ = next_;
    end_ = std::min(text_.find_first_of("\r\n", begin_), text_.size());
    next_ = end_ + (text_.substr(end_, 2) == "\r\n" ? 2 : 1);
    ++number_;
    return true;
}

} // namespace mig
