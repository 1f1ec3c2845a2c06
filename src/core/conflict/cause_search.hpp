// Finds which earlier migration makes a later one fail, by trials: the later one is run after fewer of those that came
// before it in the rehearsal. All that failed are tried in the same passes, so that their number hardly counts: a pass
// executes the earlier migrations once, and there are about log(n) of them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace mig {

enum class Trial : unsigned char { succeeds, fails_alike, fails_otherwise };

class CauseSearch {
  public:
    // `failed`: of the migrations that are rehearsed, those that fail, by their numbers from 0, ascending.
    explicit CauseSearch(std::vector<std::size_t> const &failed);

    // Run migration `failed` after the first `after` of all. Ascending by `after`.
    struct Probe {
        std::size_t after, failed;
    };
    // Those of the next pass, to be noted in this order; empty: the search is over.
    std::vector<Probe> next_pass();
    void note(Probe const &probe, Trial outcome);

    // Whether it fails in the same way with none of the others: then none of them is to blame.
    bool fails_alone(std::size_t failed) const;
    // After the last pass: the migration with which it fails, and without which, after all those before, it succeeds.
    // Nothing if there is no such: it needs what it fails with.
    std::optional<std::size_t> cause(std::size_t failed) const;
    // It is known already, or not asked for.
    void give_up(std::size_t failed);

  private:
    // It fails alike after `failing` of the others, and does not after `passing`.
    struct Search {
        std::size_t failed, failing;
        std::size_t failing_before_pass = failing;
        std::optional<std::size_t> passing = std::nullopt; // nothing: not tried yet
        bool succeeds = false;                             // after `passing`; else it fails otherwise
        bool alone = false, over = false;
    };
    Search const &find(std::size_t failed) const;
    Search &find(std::size_t failed);

    std::vector<Search> searches_; // ascending
};

} // namespace mig
