#include "core/base/ordered_version.hpp"
#include "core/base/version.hpp"
#include "random.hpp"

#include <gtest/gtest.h>

#include <vector>

using mig::OrderedVersions;
using mig::test::Random;

namespace {

std::vector<std::string> versions_of(std::vector<std::string> const &wanted) {
    OrderedVersions versions;
    std::vector<std::string> given;
    for (std::string const &one : wanted)
        given.push_back(versions.next(one));
    return given;
}

} // namespace

TEST(OrderedVersion, IsTheOneWantedWhereThatIsGreater) {
    std::vector<std::string> const times = {"20130815201230", "20130815201231", "20130816000000"};
    EXPECT_EQ(versions_of(times), times);
}

TEST(OrderedVersion, CountsOnWhereItIsNot) {
    EXPECT_EQ(versions_of({"20130815201231", "20130815201231", "20130101000000", "20130815201232"}),
              (std::vector<std::string>{"20130815201231", "20130815201231.1", "20130815201231.2", "20130815201232"}));
    EXPECT_EQ(versions_of({"db/a:users", "db/a:orders", "db/a:zones"}),
              (std::vector<std::string>{"db/a:users", "db/a:users.1", "db/a:zones"}));
}

TEST(OrderedVersion, CountsAsNumbersDo) {
    std::vector<std::string> const given = versions_of(std::vector<std::string>(12, "7"));
    EXPECT_EQ(given.back(), "7.11");
    EXPECT_LT(mig::version::compare(given[9], given[10]), 0);
}

TEST(OrderedVersion, OfAnotherSpellingIsNoOther) {
    EXPECT_EQ(versions_of({"7", "007", "8"}), (std::vector<std::string>{"7", "7.1", "8"}));
    EXPECT_EQ(versions_of({"7", "7", "7.1"}), (std::vector<std::string>{"7", "7.1", "7.2"}));
}

TEST(OrderedVersion, RisesAndStaysWhateverIsAppended) {
    Random random;
    SCOPED_TRACE(random.trace());
    for (int round = 0; round < 500; ++round) {
        std::vector<std::string> wanted;
        for (std::size_t n = 1 + random.below(60); n > 0; --n)
            wanted.push_back(random.one_in(2) ? "201308152012" + random.text(2, "0123") : random.text(3, "01.:ab"));
        std::vector<std::string> const given = versions_of(wanted);
        for (std::size_t i = 1; i < given.size(); ++i)
            EXPECT_LT(mig::version::compare(given[i - 1], given[i]), 0) << given[i - 1] << " and " << given[i];
        std::size_t const shorter = random.below(given.size());
        EXPECT_EQ(versions_of({wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(shorter)}),
                  std::vector<std::string>(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(shorter)));
        if (HasFailure())
            return;
    }
}
