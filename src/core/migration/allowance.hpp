// `-- migrator: allow=RULE reason`: a finding of lint() that somebody has reviewed and accepted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mig {

// Of conflicts() and report(): the effect of two migrations depends on their order. The later one allows it, above its
// first statement.
inline constexpr const char *conflict_rule = "conflict";

// Of files, not of lint() either: a comment may look like a marker (core/convention/marker_slip.hpp). It concerns
// the file, not a statement, so it may stand anywhere in it, and nothing of it is stored.
inline constexpr std::string_view marker_rule = "marker";

struct Allowance {
    std::string rule, reason;
    std::uint32_t line = 0; // of the body, where the statement that it is for begins; 0: it is for the whole body
};

// Parses a directive, which is given without `migrator:`. Nothing if it is another one. Failure malformed_file without
// a rule or without a reason: the next reader wants to know why. `where` is for the message.
std::optional<Allowance> allowance_of(std::string_view words, std::string const &where);

// As stored beside the body: `allow=RULE line 12: reason`, `allow=RULE: reason`.
std::string to_text(Allowance const &allowance);
// Reads it back. Nothing for another line.
std::optional<Allowance> parse_stored_allowance(std::string_view line);

// The allowances, indexed for many lookups. It has views into them.
class AllowedRules {
  public:
    explicit AllowedRules(std::vector<Allowance> const &allowances);
    // What silences a finding of the rule about the statement that begins on `line` of the body, or null. Line 0: about
    // the migration as a whole.
    Allowance const *find(std::string_view rule, std::uint32_t line) const;
    bool silences(std::string_view rule, std::uint32_t line) const { return find(rule, line) != nullptr; }

  private:
    std::map<std::pair<std::string_view, std::uint32_t>, Allowance const *> places_;
};

} // namespace mig
