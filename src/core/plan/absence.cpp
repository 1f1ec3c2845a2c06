#include "core/plan/absence.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/migration/checksum.hpp"
#include "core/plan/plan.hpp"

#include <algorithm>
#include <unordered_map>

namespace mig {

namespace {

constexpr std::size_t max_listed = 10;

// Absent migrations by a key, each of which is found once.
class Queues {
  public:
    void add(std::string key, std::size_t absent) { queues_[std::move(key)].items.push_back(absent); }

    std::optional<std::size_t> take(std::string const &key, std::vector<bool> &taken) {
        auto const found = queues_.find(key);
        if (found == queues_.end())
            return std::nullopt;
        Queue &queue = found->second;
        while (queue.next < queue.items.size()) {
            check_for_interrupts();
            std::size_t const absent = queue.items[queue.next++];
            if (taken[absent])
                continue;
            taken[absent] = true;
            return absent;
        }
        return std::nullopt;
    }

  private:
    struct Queue {
        std::vector<std::size_t> items;
        std::size_t next = 0;
    };
    std::unordered_map<std::string, Queue> queues_;
};

std::string key_of(std::string_view checksum, std::string_view name) {
    return std::string(checksum).append("/").append(name);
}

bool may_run_again(Migration const &migration, std::string const &checksum_of_nothing) {
    return migration.kind() == Kind::repeatable || migration.loaded->checksum == checksum_of_nothing;
}

const char *what_ran(Migration const &migration) { return migration.applied() ? "is applied" : "has run in part"; }

[[noreturn]] void refuse_second_run(std::vector<Absent> const &absent, std::vector<Added> const &added,
                                    std::vector<Rename> const &twice) {
    Absent const &first = absent[twice.front().absent];
    Added const &again = added[twice.front().added];
    std::string detail;
    for (std::size_t i = 0; i < std::min(twice.size(), max_listed); ++i)
        detail += "\"" + std::string(added[twice[i].added].source) + "\" has the text of \"" +
                  std::string(absent[twice[i].absent].source) + "\"\n";
    if (twice.size() > max_listed)
        detail += "... and " + std::to_string(twice.size() - max_listed) + " more\n";
    throw Failure(sqlstate::wrong_state,
                  "the file of migration " + label(*first.migration) + ", which " + what_ran(*first.migration) +
                      ", has become version " + std::string(again.version),
                  detail + "Under another version it would run a second time. Nothing was loaded.",
                  "Give the file the name that it had. If it is another migration with the same text, load once with "
                  "keep_absent => true.");
}

} // namespace

bool has_run(Migration const &migration) { return migration.applied() || !migration.unfinished.empty(); }

std::vector<Rename> find_renames(std::vector<Absent> const &absent, std::vector<Added> const &added) {
    std::vector<Rename> renames, twice;
    if (absent.empty() || added.empty())
        return renames;
    std::string const checksum_of_nothing = checksum::of_tokens({});
    Queues not_run_of_name, run_of_name, not_run, run;
    for (std::size_t i = 0; i < absent.size(); ++i) {
        check_for_interrupts();
        Migration const &migration = *absent[i].migration;
        bool const ran = has_run(migration);
        if (ran && may_run_again(migration, checksum_of_nothing))
            continue;
        std::string const checksum(migration.loaded->checksum);
        (ran ? run_of_name : not_run_of_name).add(key_of(checksum, migration.name()), i);
        (ran ? run : not_run).add(checksum, i);
    }
    std::vector<bool> taken(absent.size());
    std::vector<std::size_t> left;
    // Of those that have not run first: they would have run beside the others.
    auto const match = [&](std::size_t i, std::string const &key, Queues &first, Queues &second) {
        check_for_interrupts();
        if (auto const found = first.take(key, taken))
            renames.push_back({*found, i});
        else if (auto const again = second.take(key, taken))
            twice.push_back({*again, i});
        else
            return false;
        return true;
    };
    for (std::size_t i = 0; i < added.size(); ++i)
        if (!match(i, key_of(added[i].checksum, added[i].name), not_run_of_name, run_of_name))
            left.push_back(i);
    for (std::size_t const i : left)
        (void) match(i, std::string(added[i].checksum), not_run, run);
    if (!twice.empty())
        refuse_second_run(absent, added, twice);
    return renames;
}

void refuse_absence_of_run(std::vector<Absent> const &absent) {
    Absent const *first = nullptr;
    std::string detail;
    std::size_t count = 0;
    for (Absent const &one : absent) {
        check_for_interrupts();
        if (!has_run(*one.migration) || one.migration->kind() == Kind::repeatable)
            continue;
        first = first ? first : &one;
        if (++count <= max_listed)
            detail += "\"" + std::string(one.source) + "\" is not there, and " + label(*one.migration) + " " +
                      what_ran(*one.migration) + "\n";
    }
    if (!first)
        return;
    if (count > max_listed)
        detail += "... and " + std::to_string(count - max_listed) + " more\n";
    throw Failure(sqlstate::wrong_state,
                  "the file of migration " + label(*first->migration) + ", which " + what_ran(*first->migration) +
                      ", is gone",
                  detail + "Nothing was loaded.",
                  "Put the file back, or load without strict, or with keep_absent => true if the files are not all "
                  "that the module has.");
}

std::string why_absent(Migration const &migration, bool kept) {
    if (migration.partly_applied() || migration.partly_rolled_back())
        return "partial; its file is gone, and it still has to be finished or undone";
    if (has_run(migration) && !migration.changed())
        return std::string(to_text(migration.status)) + "; its file is gone";
    std::string const status = migration.failure ? "failed" : migration.undone ? "rolled back" : "pending";
    return status + (kept ? ": it is still run" : ": it is not run any more until its file is back");
}

} // namespace mig
