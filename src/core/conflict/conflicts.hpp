// Which migrations touch the same object in ways that depend on their order: what two people write who do not know of
// each other. Two migrations of which the later builds on the earlier are no conflict.
//
// Of each pair, the earlier (a) and the later (b), and each object that was there before both:
//
// clang-format off
//   a                                  b                                 conflict
//   alters it, uses it, builds on it   drops it, renames it, moves it    yes
//   drops, renames, moves it           anything, by its old name         yes: b fails in the rehearsal, and that explains it
//   renames it                         anything, by its new name         no: b knows of a
//   creates it                         creates it again                  yes, also silently: OR REPLACE, IF NOT EXISTS
//   creates it                         anything else                     no: b needs a
//   the type of a column               its type, its default             yes, and the other way round
//   the default, storage, statistics   the same of the same column       yes: the last one wins
//   SET NOT NULL                       DROP NOT NULL of the column       yes, and the other way round
//   alters or uses a column            drops, renames the column         yes
//   ADD COLUMN, ADD CONSTRAINT         the same with another name        no; with the same name b fails
//   owner, persistence, options, ...   the same property                 yes: the last one wins
//   COMMENT, GRANT, REVOKE, VALIDATE   anything but drop and rename      no
//   index, trigger, policy on it       another on it                     no
//   drops it                           creates it anew                   yes: by its name the two do not commute
// clang-format on
//
// What a pending migration creates is the affair of all pending ones that come after it: they know of it.
//
// Where the later version is applied already, the two run one way here and the other way round everywhere else: then
// each line counts in both directions, and what the applied one created may not be touched at all.
#pragma once

#include "core/conflict/touches.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace mig {

// What earlier migrations have created, for `CREATE TABLE IF NOT EXISTS t`, which did nothing.
class Creations {
  public:
    void add(Touches const &migration);
    // What was created by that name; nothing when the statement is none of that kind.
    std::optional<TouchedObject> silent(std::string_view command, std::string_view sql) const;

  private:
    std::map<std::pair<std::string, std::string>, std::string> first_; // identity by type and bare name in lower case
};

// In the order in which they were executed. A pair is reported once for each object.
std::vector<Conflict> conflicts(std::vector<Touches> const &migrations);

} // namespace mig
