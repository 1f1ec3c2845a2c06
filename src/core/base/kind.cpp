#include "core/base/kind.hpp"

namespace mig {

const char *to_text(Kind kind) noexcept {
    switch (kind) {
    case Kind::repeatable:
        return "repeatable";
    case Kind::snapshot:
        return "snapshot";
    default:
        return "versioned";
    }
}

std::optional<Kind> kind_named(std::string_view text) noexcept {
    for (Kind const kind : {Kind::versioned, Kind::repeatable, Kind::snapshot})
        if (text == to_text(kind))
            return kind;
    return std::nullopt;
}

} // namespace mig
