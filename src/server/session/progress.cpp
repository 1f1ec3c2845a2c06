#include "server/session/progress.hpp"

#include "bridge/report.hpp"

namespace mig::server {

namespace {

constexpr std::size_t sent_at_once = 25;
constexpr std::chrono::milliseconds interval(20);

} // namespace

void Progress::report(std::string text) {
    waiting_.push_back(std::move(text));
    if (sent_ < sent_at_once || Clock::now() - last_ >= interval)
        flush();
}

void Progress::flush() {
    std::vector<std::string> const texts = std::exchange(waiting_, {});
    for (std::string const &text : texts)
        pg::notice(text);
    sent_ += texts.size();
    last_ = Clock::now();
}

} // namespace mig::server
