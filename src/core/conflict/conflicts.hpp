// Which migrations touch the same object in ways that depend on their order, as when two people write them who do not
// know of each other. It is no conflict if the later migration builds on the earlier.
//
// For each pair, the earlier (a) and the later (b), and each object that existed before both:
//
// clang-format off
//   a                                  b                                 conflict
//   alters it, uses it, builds on it   drops it, renames it, moves it    yes
//   drops, renames, moves it           anything, by its old name         yes: b fails in the rehearsal; this says why
//   renames it                         anything, by its new name         no: b knows of a
//   creates it                         creates it again                  yes, also silently: OR REPLACE, IF NOT EXISTS;
//                                                                         not if the statements are equal
//   creates it                         anything else                     no: b needs a
//   type, default, storage, ...        the same of the same column       yes: the last one wins; not if the statements
//                                                                         are equal
//   SET NOT NULL                       DROP NOT NULL of the column       yes, and the other way round
//   alters or uses a column            drops, renames the column         yes
//   ADD COLUMN, ADD CONSTRAINT         the same with another name        no; with the same name b fails
//   owner, comment, an option, ...     the same property                 likewise
//   GRANT                              REVOKE of the right and role      yes, and the other way round
//   updates a column of all rows       updates the column                yes; not if the statements are equal. Of some rows
//                                                                         both: no, nobody knows whether of the same
//   adds a value to an enum            adds another                      yes: their order
//   GRANT, VALIDATE, ...               anything but drop and rename      no
//   index, trigger, policy on it       another on it                     no
//   drops it                           creates it again                  if that has OR REPLACE or IF NOT EXISTS: else b
//                                                                         fails without a, so it knows of a
// clang-format on
//
// Whatever makes b fail after a, and not without a, is a conflict, too.
//
// All pending migrations that come after one know of what it creates, so whatever they do to that is no conflict.
//
// If the later version is already applied, the two run one way here and the other way round everywhere else: then each
// line counts in both directions, and what the applied one created must not be touched at all.
#pragma once

#include "core/conflict/touches.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace mig {

// What earlier migrations have created, to find out why `CREATE TABLE IF NOT EXISTS t` did nothing.
class Creations {
  public:
    void add(Touches const &migration);
    // The object that was there already; nothing if the statement is not one with IF NOT EXISTS, or none was created.
    std::optional<TouchedObject> skipped_by(std::string_view command, std::string_view sql) const;

  private:
    std::map<std::pair<std::string, std::string>, std::string> first_; // identity by type and bare name in lower case
};

// What trials have found about one of `migrations` that fails.
struct FailureCause {
    std::size_t failed;
    bool fails_alone;                 // in the same way: no other is to blame
    std::optional<std::size_t> cause; // with it, it fails; without it, it succeeds
};

// `migrations` are in the order in which they were executed, `causes` in that order too. A pair is reported once for
// each object.
std::vector<Conflict> find_conflicts(std::vector<Touches> const &migrations,
                                     std::vector<FailureCause> const &causes = {});

} // namespace mig
