// Random values for property tests; each run prints the seed that repeats it.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

namespace mig::test {

class Random {
  public:
    Random() : seed_(chosen_seed()), engine_(seed_) {}

    // For SCOPED_TRACE.
    std::string trace() const { return "UNIT_SEED=" + std::to_string(seed_) + " repeats this"; }

    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_); }
    bool one_in(std::size_t n) { return below(n) == 0; }
    char of(std::string_view set) { return set[below(set.size())]; }

    std::string text(std::size_t length, std::string_view set) {
        std::string result;
        while (result.size() < length)
            result += of(set);
        return result;
    }

  private:
    static unsigned chosen_seed() {
        static unsigned const seed = [] {
            const char *const wanted = std::getenv("UNIT_SEED");
            auto const value =
                wanted ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : std::random_device()();
            std::printf("UNIT_SEED=%u\n", value);
            return value;
        }();
        return seed;
    }

    unsigned seed_;
    std::mt19937 engine_;
};

} // namespace mig::test
