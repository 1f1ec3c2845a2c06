#include "core/convention/changeset_versions.hpp"
#include "failure_of.hpp"

using mig::ChangesetVersions;
using mig::KnownChangesets;
using mig::MigrationText;
using mig::test::contains;
using mig::test::failure_of;

namespace {

enum Settled : bool { pending = false, ran = true };

// A load of one file after the other into what was there before.
class Load {
  public:
    Load &known(std::string version, std::string name, Settled settled, std::string file = "b.sql") {
        std::string const source = file;
        known_.used.push_back(version);
        known_.all.push_back({std::move(version), std::move(name), std::move(file), source, false, settled, true});
        return *this;
    }
    Load &logical(std::string file) {
        known_.all.back().file = std::move(file);
        known_.all.back().logical = true;
        return *this;
    }
    Load &used(std::string version) {
        known_.used.push_back(std::move(version));
        return *this;
    }

    // `version name`, each followed by the version that it had, if another, and what is gone.
    std::string of(std::vector<std::string> const &names, std::string const &path = "b.sql",
                   std::string const &logical_file = "", bool whole = false) const {
        ChangesetVersions versions(known_, {path}, whole);
        std::vector<MigrationText> texts = texts_of(names, path, logical_file);
        bool const moves = versions.would_move_any(texts);
        std::vector<std::string> const before = versions.assign(texts);
        std::string result;
        for (std::size_t i = 0; i < texts.size(); ++i)
            result += (i ? ", " : "") + texts[i].version + " " + texts[i].name +
                      (before[i].empty() ? "" : " was " + before[i]);
        for (mig::KnownChangeset const *gone : versions.removed())
            result += "; " + gone->version + " gone";
        EXPECT_EQ(moves, contains(result, " was "));
        return result;
    }

    static std::vector<MigrationText> texts_of(std::vector<std::string> const &names, std::string const &path,
                                               std::string const &logical_file) {
        std::vector<MigrationText> texts;
        for (std::string const &name : names) {
            MigrationText text;
            text.name = name;
            text.version = path.substr(0, path.size() - 4) + "#" + std::to_string(texts.size() + 1);
            text.up.path = path;
            text.up.line = static_cast<std::uint32_t>(2 * texts.size() + 3);
            text.directives.up.logical_file = logical_file;
            texts.push_back(std::move(text));
        }
        return texts;
    }

  private:
    KnownChangesets known_;
};

Load two_that_ran() { return Load().known("b#1", "a:1", ran).known("b#2", "a:2", ran); }
Load three_that_did_not() {
    return Load().known("b#1", "a:1", pending).known("b#2", "a:2", pending).known("b#3", "a:3", pending);
}

} // namespace

TEST(ChangesetVersions, AreNumberedInAnEmptyDatabase) {
    EXPECT_EQ(Load().of({"a:1", "b:15", "a:2"}), "b#1 a:1, b#2 b:15, b#3 a:2");
    EXPECT_EQ(Load().of({}), "");
}

TEST(ChangesetVersions, ANewOneGetsOneBetweenItsNeighbours) {
    EXPECT_EQ(two_that_ran().of({"a:1", "b:15", "a:2"}), "b#1 a:1, b#1.1 b:15, b#2 a:2");
    EXPECT_EQ(two_that_ran().of({"x:1", "x:2", "a:1", "a:2"}), "b#0.1 x:1, b#0.2 x:2, b#1 a:1, b#2 a:2");
    EXPECT_EQ(two_that_ran().of({"a:1", "a:2", "x:1"}), "b#1 a:1, b#2 a:2, b#3 x:1");
    Load more = two_that_ran();
    more.known("b#1.1", "b:15", ran);
    EXPECT_EQ(more.of({"a:1", "x:1", "b:15", "x:2", "a:2"}), "b#1 a:1, b#1.0.1 x:1, b#1.1 b:15, b#1.2 x:2, b#2 a:2");
    more.known("b#1.0.1", "x:1", pending);
    EXPECT_EQ(more.of({"a:1", "x:0", "x:1", "b:15", "a:2"}),
              "b#1 a:1, b#1.0.0.1 x:0, b#1.0.1 x:1, b#1.1 b:15, b#2 a:2");
}

TEST(ChangesetVersions, WhatRanKeepsItsOwnWhereverItStands) {
    EXPECT_EQ(two_that_ran().of({"a:2", "a:1"}), "b#2 a:2, b#1 a:1");
    EXPECT_EQ(two_that_ran().of({"a:2"}), "b#2 a:2");
    EXPECT_EQ(two_that_ran().of({"A:2", "a:two"}), "b#2 A:2, b#3 a:two"); // upper and lower case are one
    EXPECT_EQ(two_that_ran().of({"a:1", "a:two"}), "b#1 a:1, b#3 a:two"); // a:2 has b#2
}

TEST(ChangesetVersions, WhatDidNotRunRisesInTheOrderOfTheFile) {
    EXPECT_EQ(three_that_did_not().of({"a:1", "a:2", "a:3"}), "b#1 a:1, b#2 a:2, b#3 a:3");
    EXPECT_EQ(three_that_did_not().of({"a:3", "a:1", "a:2"}), "b#0.1 a:3 was b#3, b#1 a:1, b#2 a:2; b#3 gone");
    EXPECT_EQ(three_that_did_not().of({"a:2", "a:3", "a:1"}), "b#2 a:2, b#3 a:3, b#4 a:1 was b#1; b#1 gone");
    EXPECT_EQ(three_that_did_not().of({"a:1", "a:3"}), "b#1 a:1, b#3 a:3; b#2 gone");
    EXPECT_EQ(three_that_did_not().of({"a:1", "x:2", "a:3"}), "b#1 a:1, b#2.1 x:2, b#3 a:3; b#2 gone");
    EXPECT_EQ(three_that_did_not().of({}), "; b#1 gone; b#2 gone; b#3 gone");
}

TEST(ChangesetVersions, AVersionThatSomethingHappenedToIsNoOneElses) {
    EXPECT_EQ(Load().known("b#1", "a:1", ran).used("b#2").of({"a:1", "x:1"}), "b#1 a:1, b#3 x:1");
}

TEST(ChangesetVersions, FilesAreTold) {
    EXPECT_EQ(two_that_ran().of({"a:1", "a:2"}, "c.sql"), "c#1 a:1, c#2 a:2");
    EXPECT_EQ(two_that_ran().of({"a:1", "a:2"}, "x/b.sql"), "x/b#1 a:1, x/b#2 a:2");
    EXPECT_EQ(two_that_ran().of({"a:1", "a:2"}, "B.sql"), "b#1 a:1, b#2 a:2");
}

TEST(ChangesetVersions, ALogicalPathOutlivesTheFile) {
    EXPECT_EQ(two_that_ran().of({"a:1", "x:1", "a:2", "x:2"}, "c.sql", "b.sql"),
              "b#1 a:1, c#1.1 x:1, b#2 a:2, c#3 x:2");
    EXPECT_EQ(two_that_ran().of({"a:1", "a:2"}, "c.sql", "classpath:db/B.sql"), "b#1 a:1, b#2 a:2");
    EXPECT_EQ(two_that_ran().of({"a:1"}, "c.sql", "db/ab.sql"), "c#1 a:1");
    Load said = Load().known("b#1", "a:1", ran).logical("db/old.sql");
    EXPECT_EQ(said.of({"a:1"}, "c.sql", "db/old.sql"), "b#1 a:1");
    EXPECT_EQ(said.of({"a:1"}, "c.sql", "old.sql"), "b#1 a:1");
    EXPECT_EQ(said.of({"a:1"}, "c.sql", "other/old.sql"), "c#1 a:1");
    // It may be either of two.
    EXPECT_EQ(Load().known("x/b#1", "a:1", ran, "x/b.sql").known("b#1", "a:1", ran).of({"a:1"}, "c.sql", "y/x/b.sql"),
              "c#1 a:1");
    // What did not run moves to the new name; what is left of the old one is gone when nothing else was to be loaded.
    EXPECT_EQ(three_that_did_not().of({"a:1", "a:3"}, "c.sql", "b.sql", true),
              "c#1 a:1 was b#1, c#2 a:3 was b#3; b#1 gone; b#2 gone; b#3 gone");
    EXPECT_EQ(three_that_did_not().of({"a:3"}, "c.sql", "db/b.sql", true),
              "c#1 a:3 was b#3; b#1 gone; b#2 gone; b#3 gone");
    EXPECT_EQ(three_that_did_not().of({"a:1", "a:3"}, "c.sql", "b.sql", false),
              "c#1 a:1 was b#1, c#2 a:3 was b#3; b#1 gone; b#3 gone");
}

TEST(ChangesetVersions, OfTwoUnderOneNameTheOneThatRanCounts) {
    EXPECT_EQ(two_that_ran().known("b#3", "a:2", pending).of({"a:1", "b:15", "a:2"}),
              "b#1 a:1, b#1.1 b:15, b#2 a:2; b#3 gone");
}

TEST(ChangesetVersions, OneIsInOneFile) {
    ChangesetVersions versions({}, {"a.sql", "b.sql"}, true);
    std::vector<MigrationText> first = Load::texts_of({"a:1", "a:2"}, "a.sql", "l.sql");
    std::vector<MigrationText> second = Load::texts_of({"a:2"}, "b.sql", "./L.sql");
    (void) versions.assign(first);
    mig::Failure const failure = failure_of([&] { (void) versions.assign(second); });
    EXPECT_EQ(failure.message, "b.sql, line 2: a second changeset \"a:2\" of \"./L.sql\"");
    EXPECT_TRUE(contains(failure.detail, "\"a.sql\""));
}
