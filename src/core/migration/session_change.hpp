// What statements that ran have changed in their session, as it is kept with the record of each; and what all of them
// come to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mig {

struct SessionChange {
    enum class Kind : unsigned char {
        set,         // `name` to `value`, by `role`
        reset,       // `name`, as the session began
        reset_all,   // RESET ALL
        discard_all, // DISCARD ALL
        stays,       // `name`, whose default for later sessions is another now: `value` in this one
        left,        // in the session: `name` says what (`temporary objects`)
    };
    Kind kind;
    std::string name = {}, value = {}, role = {};
};

// The form that it is kept in: never empty, so that a record without changes is none of an older release.
std::vector<std::string> to_record(std::vector<SessionChange> const &changes);
// Raises std::invalid_argument for what to_record() has not written.
std::vector<SessionChange> from_record(std::vector<std::string> const &record);

// The sum, oldest first.
class SessionChanges {
  public:
    struct Set {
        std::string value, role;
        std::size_t statement; // from 1
    };

    void add(SessionChange const &change, std::size_t statement);

    bool all_reset() const { return all_reset_; }
    bool all_discarded() const { return all_discarded_; }
    std::map<std::string, Set> const &set() const { return set_; }
    std::map<std::string, bool> const &reset() const { return reset_; } // the keys
    std::map<std::string, std::string> const &stays() const { return stays_; }
    std::vector<std::string> const &left() const { return left_; }

  private:
    enum class WhoActs : unsigned char { stays, forgotten };
    void forget_all(WhoActs who);

    bool all_reset_ = false, all_discarded_ = false;
    std::map<std::string, Set> set_;
    std::map<std::string, bool> reset_;
    std::map<std::string, std::string> stays_;
    std::vector<std::string> left_;
};

// RESET ALL leaves them, and who acts is set last.
bool is_who_acts(std::string_view setting);

} // namespace mig
