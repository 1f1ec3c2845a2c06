#include "core/conflict/cause_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace mig {
namespace {

using Outcome = std::function<Trial(std::size_t after)>;

struct Result {
    std::optional<std::size_t> cause;
    bool alone;
    std::size_t passes, trials;
};

// Each failed migration with what happens to it after so many of the others.
std::map<std::size_t, Result> search(std::map<std::size_t, Outcome> const &failed) {
    std::vector<std::size_t> numbers;
    for (auto const &[number, outcome] : failed)
        numbers.push_back(number);
    CauseSearch search(numbers);
    std::size_t passes = 0, trials = 0;
    for (std::vector<CauseSearch::Probe> probes; !(probes = search.next_pass()).empty(); ++passes) {
        EXPECT_TRUE(std::is_sorted(probes.begin(), probes.end(), [](auto a, auto b) { return a.after < b.after; }));
        for (CauseSearch::Probe const &probe : probes) {
            EXPECT_TRUE(probe.after <= probe.failed);
            search.note(probe, failed.at(probe.failed)(probe.after));
            ++trials;
        }
    }
    std::map<std::size_t, Result> results;
    for (std::size_t const number : numbers)
        results[number] = {search.cause(number), search.fails_alone(number), passes, trials};
    return results;
}

// It needs migration `needed` (none: nothing) and fails with `cause`.
Outcome fails_with(std::size_t cause, std::optional<std::size_t> needed = std::nullopt) {
    return [=](std::size_t after) {
        if (needed && after <= *needed)
            return Trial::fails_otherwise;
        return after > cause ? Trial::fails_alike : Trial::succeeds;
    };
}

TEST(CauseSearch, FindsTheOneThatItFailsWith) {
    for (std::size_t cause = 0; cause < 50; ++cause)
        EXPECT_EQ(cause, search({{50, fails_with(cause)}}).at(50).cause);
    EXPECT_EQ(0u, search({{1, fails_with(0)}}).at(1).cause);
}

TEST(CauseSearch, ItMayNeedEarlierOnes) {
    EXPECT_EQ(7u, search({{50, fails_with(7, 3)}}).at(50).cause);
    EXPECT_EQ(49u, search({{50, fails_with(49, 48)}}).at(50).cause);
    // What it needs is what it fails with.
    EXPECT_EQ(std::nullopt, search({{50, fails_with(7, 7)}}).at(50).cause);
}

TEST(CauseSearch, NoneIsToBlameForWhatFailsAlone) {
    auto const alone = [](std::size_t) { return Trial::fails_alike; };
    EXPECT_TRUE(search({{50, alone}}).at(50).alone);
    EXPECT_EQ(std::nullopt, search({{50, alone}}).at(50).cause);
    EXPECT_TRUE(search({{0, alone}}).at(0).alone);
    // Such as one that failed for lack of memory only once.
    EXPECT_EQ(std::nullopt, search({{0, [](std::size_t) { return Trial::succeeds; }}}).at(0).cause);
}

TEST(CauseSearch, TheLastChangeCounts) {
    auto const in_between = [](std::size_t after) {
        return after > 10 && after < 20 ? Trial::fails_alike : after > 40 ? Trial::fails_alike : Trial::succeeds;
    };
    std::optional<std::size_t> const cause = search({{50, in_between}}).at(50).cause;
    EXPECT_TRUE(cause == 10u || cause == 40u) << cause.value_or(0);
}

TEST(CauseSearch, ManyAreFoundInTheSameFewPasses) {
    constexpr std::size_t size = 10000;
    std::map<std::size_t, Outcome> failed;
    for (std::size_t number = 1; number < size; number += 10)
        failed[number] = fails_with(number * 7919 % number);
    for (std::size_t number = 1001; number < size; number += 10)
        failed[number] = fails_with(number * 7919 % 1000);
    auto const results = search(failed);
    for (auto const &[number, result] : results)
        if (number > 1000)
            EXPECT_EQ(number * 7919 % 1000, result.cause);
    EXPECT_LE(results.begin()->second.passes, 16u);
    EXPECT_LE(search({{size, fails_with(1234)}}).at(size).passes, 6u);
    EXPECT_LE(search({{size, fails_with(1234)}}).at(size).trials, 60u);
}

TEST(CauseSearch, GivesUp) {
    CauseSearch search({5, 9});
    search.give_up(9);
    for (CauseSearch::Probe const &probe : search.next_pass())
        EXPECT_EQ(5u, probe.failed);
    EXPECT_EQ(std::nullopt, search.cause(9));
}

} // namespace
} // namespace mig
