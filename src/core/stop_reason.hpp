// Why a migration failed in the rehearsal: which earlier one took away, renamed or made what its error is about.
#pragma once

#include "core/conflicts.hpp"

namespace mig {

struct Blamed {
    std::size_t migration; // the earlier one
    Conflict conflict;
};

// Of migrations[stopped], which has a stop. By the names in the error; the latest that fits.
std::optional<Blamed> explain_stop(std::vector<Touches> const &migrations, std::size_t stopped);

// `public.orders` -> `orders`, `public.f(integer)` -> `f`, `idx on public.t` -> `idx`; without quotes.
std::string bare_name(std::string identity);

} // namespace mig
