#include "core/conflict/cause_search.hpp"

#include "core/base/interruption.hpp"

#include <algorithm>

namespace mig {

namespace {

// How many places are tried in one pass, at most: a trial costs one migration, a pass all of them.
std::size_t trials_in_a_pass(std::size_t distance, std::size_t searches) {
    constexpr std::size_t most = 15;
    return std::min(distance - 1, std::clamp<std::size_t>(distance / (4 * searches), 1, most));
}

} // namespace

CauseSearch::CauseSearch(std::vector<std::size_t> const &failed) {
    for (std::size_t const number : failed)
        searches_.push_back({number, number});
}

std::vector<CauseSearch::Probe> CauseSearch::next_pass() {
    std::vector<Probe> probes;
    auto const open = static_cast<std::size_t>(
        std::count_if(searches_.begin(), searches_.end(), [](Search const &search) { return !search.over; }));
    for (Search &search : searches_) {
        check_for_interrupts();
        if (search.over)
            continue;
        search.failing_before_pass = search.failing;
        if (!search.passing) {
            probes.push_back({0, search.failed});
            continue;
        }
        std::size_t const distance = search.failing - *search.passing;
        std::size_t const trials = trials_in_a_pass(distance, open);
        for (std::size_t i = 1; i <= trials; ++i)
            probes.push_back({*search.passing + distance * i / (trials + 1), search.failed});
    }
    std::stable_sort(probes.begin(), probes.end(), [](Probe const &a, Probe const &b) { return a.after < b.after; });
    return probes;
}

// Probes of one pass ascend: the last place where it does not fail alike is kept, and the first after that where it
// does. It need not be the only such pair; but what it fails with last is what it fails with in the rehearsal.
void CauseSearch::note(Probe const &probe, Trial outcome) {
    Search &search = find(probe.failed);
    if (outcome == Trial::fails_alike) {
        search.failing = std::min(search.failing, probe.after);
        search.alone = probe.after == 0;
    } else {
        search.passing = probe.after;
        search.succeeds = outcome == Trial::succeeds;
        search.failing = search.failing_before_pass;
    }
    search.over = search.alone || search.failing <= *search.passing + 1;
}

bool CauseSearch::fails_alone(std::size_t failed) const { return find(failed).alone; }

std::optional<std::size_t> CauseSearch::cause(std::size_t failed) const {
    Search const &search = find(failed);
    bool const found = search.over && !search.alone && search.passing && *search.passing < failed && search.succeeds;
    return found ? search.passing : std::nullopt;
}

void CauseSearch::give_up(std::size_t failed) {
    Search &search = find(failed);
    search.over = true;
    search.succeeds = false;
}

CauseSearch::Search const &CauseSearch::find(std::size_t failed) const {
    return *std::lower_bound(searches_.begin(), searches_.end(), failed,
                             [](Search const &search, std::size_t number) { return search.failed < number; });
}

CauseSearch::Search &CauseSearch::find(std::size_t failed) {
    return const_cast<Search &>(static_cast<CauseSearch const *>(this)->find(failed));
}

} // namespace mig
