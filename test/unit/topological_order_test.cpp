#include "core/base/topological_order.hpp"
#include "random.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using Order = std::vector<std::size_t>;

TEST(TopologicalOrder, IsTheOneThatIsGivenWhereThatWillDo) {
    EXPECT_EQ(mig::topological_order({}), Order());
    EXPECT_EQ(mig::topological_order({{}, {0}, {0, 1}, {}}), (Order{0, 1, 2, 3}));
}

// As yoyo 8 and 9 do it.
TEST(TopologicalOrder, GoesOnWithWhatWaitsForNoOther) {
    EXPECT_EQ(mig::topological_order({{}, {}, {0}, {1}}), (Order{0, 2, 1, 3}));
    EXPECT_EQ(mig::topological_order({{2}, {}, {}}), (Order{2, 0, 1}));
    EXPECT_EQ(mig::topological_order({{}, {0, 3}, {0}, {}}), (Order{0, 2, 3, 1}));
}

TEST(TopologicalOrder, EndsBeforeWhatWaitsForEachOther) {
    EXPECT_EQ(mig::topological_order({{}, {2}, {1}}).size(), 1u);
    EXPECT_TRUE(mig::topological_order({{0}}).empty());
    EXPECT_LT(mig::topological_order({{}, {0, 3}, {}, {2, 1}}).size(), 4u);
}

TEST(TopologicalOrder, HasEachOnceAndBehindWhatItDependsOn) {
    mig::test::Random random;
    for (int round = 0; round < 300; ++round) {
        std::size_t const count = random.below(20) + 1;
        Order places(count); // that makes no circle
        for (std::size_t i = 0; i < count; ++i)
            places[i] = i;
        for (std::size_t i = count; i > 1; --i)
            std::swap(places[i - 1], places[random.below(i)]);
        std::vector<Order> behind(count);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < count; ++j)
                if (places[j] < places[i] && random.below(4) == 0)
                    behind[i].push_back(j);
        Order const order = mig::topological_order(behind);
        ASSERT_EQ(order.size(), count);
        Order at(count, count);
        for (std::size_t i = 0; i < count; ++i)
            at[order[i]] = i;
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_LT(at[i], count);
            for (std::size_t const other : behind[i])
                EXPECT_LT(at[other], at[i]);
        }
    }
}

} // namespace
