// Why a migration failed in the rehearsal: which earlier one dropped, renamed or created what its error is about.
#pragma once

#include "core/conflict/touches.hpp"

#include <map>

namespace mig {

struct Blamed {
    std::size_t migration; // the earlier one
    Conflict conflict;
};

// Explains failures among the migrations that were rehearsed. It has a view of these.
class StopReasons {
  public:
    explicit StopReasons(std::vector<Touches> const &migrations);
    // For migrations[stopped], which has a stop: the latest earlier migration that matches the names in its error.
    std::optional<Blamed> explain(std::size_t stopped) const;

  private:
    using Place = std::pair<std::size_t, std::size_t>; // migration, object
    void note(int kind, std::string const &name, Place place);

    std::vector<Touches> const &migrations_;
    // What may be blamed, by the kind of the failure and the bare name; places ascend.
    std::map<std::pair<int, std::string>, std::vector<Place>> places_;
};

// `public.orders` -> `orders`, `public.f(integer)` -> `f`, `idx on public.t` -> `idx`; without quotes.
std::string bare_name(std::string identity);

} // namespace mig
