// The format of Sqitch's settings, which is that of Git: sections, keys and values.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace mig {

class SqitchConf {
  public:
    // Failure malformed_file with path and line.
    SqitchConf(std::string_view text, std::string const &path);

    // For `core.plan_file`, `engine.pg.top_dir`, `target.NAME.uri`. Empty if not set; if set twice, the last counts.
    std::string const &value(std::string const &section, std::string const &key) const;
    bool has_section(std::string const &section) const; // with at least one key

  private:
    std::map<std::string, std::map<std::string, std::string>> values_; // by section, and by key in lower case
    std::string const none_;
};

} // namespace mig
