// NOTICEs for each migration, as the run proceeds.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mig::server {

// Each NOTICE wakes the client, which costs as much as a small migration. So a run sends the first ones at once, and of
// hundreds more, those together that end within a few milliseconds of each other. Nor is it worth a line that such a one
// begins, unless it may take long.
class Progress {
  public:
    // Then only the beginning of one that may take long is worth a line: ask before the text is made.
    bool in_a_hurry() const;
    void report_begin(std::string text);
    void report_done(std::string text);
    void flush();

  private:
    using Clock = std::chrono::steady_clock;
    std::vector<std::string> waiting_;
    std::size_t sent_ = 0;
    Clock::time_point last_{};
};

} // namespace mig::server
