// Cancels what takes too long. The server's statement_timeout cannot do it: that is armed once for what a client sends.
#pragma once

namespace mig::server {

enum class TimeLimit : unsigned char { statement, rehearsal };

template <TimeLimit Limit>
class CancelTimer {
  public:
    explicit CancelTimer(int ms); // 0: no limit
    ~CancelTimer() { stop(); }
    CancelTimer(CancelTimer const &) = delete;
    CancelTimer &operator=(CancelTimer const &) = delete;

    // Whether the cancel that has come was this timer's.
    bool fired() const noexcept;
    void stop() noexcept;

  private:
    bool const limited_;
    bool running_;
};

using StatementTimer = CancelTimer<TimeLimit::statement>;
using RehearsalTimer = CancelTimer<TimeLimit::rehearsal>;

} // namespace mig::server
