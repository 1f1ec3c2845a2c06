// What statements that ran have changed in their session, as stored with the record of each, and what it adds up to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mig {

struct SessionChange {
    enum class Kind : unsigned char {
        set,         // `name` to `value`, by `role`
        reset,       // `name`, to what it was when the session began
        reset_all,   // RESET ALL
        discard_all, // DISCARD ALL
        stays,       // `name`, whose default for later sessions has changed: it stays `value` in this one
        left,        // something is left in the session: `name` says what (`temporary objects`)
    };
    Kind kind;
    std::string name = {}, value = {}, role = {};
};

// The stored form. It is never empty, so that a record without changes is not mistaken for one of an older release.
std::vector<std::string> to_record(std::vector<SessionChange> const &changes);
// Throws std::invalid_argument for what to_record() has not written.
std::vector<SessionChange> from_record(std::vector<std::string> const &record);

// What changes add up to. They are added oldest first.
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
    std::map<std::string, bool> const &reset() const { return reset_; } // a set: the keys
    std::map<std::string, std::string> const &stays() const { return stays_; }
    std::vector<std::string> const &left() const { return left_; }

  private:
    enum class Identity : unsigned char { stays, forgotten };
    void forget_all(Identity identity);

    bool all_reset_ = false, all_discarded_ = false;
    std::map<std::string, Set> set_;
    std::map<std::string, bool> reset_;
    std::map<std::string, std::string> stays_;
    std::vector<std::string> left_;
};

// role and session_authorization. RESET ALL does not reset them, and a new session sets them last.
bool is_identity_setting(std::string_view setting);

} // namespace mig
