#include "server/session/progress.hpp"

#include "bridge/report.hpp"

namespace mig::server {

namespace {

constexpr std::size_t sent_at_once = 25;
constexpr std::chrono::milliseconds interval(20);

} // namespace

// Sent at once, since nothing can be sent while a statement runs.
void Progress::report_begin(std::string text) {
    waiting_.push_back(std::move(text));
    flush();
}

void Progress::report_done(std::string text) {
    waiting_.push_back(std::move(text));
    if (!in_a_hurry())
        flush();
}

bool Progress::in_a_hurry() const { return sent_ >= sent_at_once && Clock::now() - last_ < interval; }

void Progress::flush() {
    std::vector<std::string> const texts = std::exchange(waiting_, {});
    for (std::string const &text : texts)
        pg::notice(text);
    sent_ += texts.size();
    last_ = Clock::now();
}

} // namespace mig::server
