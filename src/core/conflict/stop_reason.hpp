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

// For a failure that the names do not explain, of which trials have found the cause. The object is one that both touch
// or that the error names, else one that the earlier migration touches; empty if it touches none.
Conflict conflict_of_failure(Touches const &cause, Touches const &failed);

// `public.orders` -> `orders`, `public.f(integer)` -> `f`, `idx on public.t` -> `idx`; without quotes.
std::string bare_name(std::string identity);

} // namespace mig
