// Ends what takes too long, which the server's statement_timeout cannot: that is armed once for what a client sends.
#pragma once

namespace mig::server {

enum class TimeLimit : unsigned char { of_statement, of_rehearsal };

template <TimeLimit Of>
class CancelTimer {
  public:
    explicit CancelTimer(int ms); // 0: no limit
    ~CancelTimer() { stop(); }
    CancelTimer(CancelTimer const &) = delete;
    CancelTimer &operator=(CancelTimer const &) = delete;

    // True when the cancel that has come was its own.
    bool fired() const noexcept;
    void stop() noexcept;

  private:
    bool const limited_;
    bool running_;
};

using StatementTimer = CancelTimer<TimeLimit::of_statement>;
using RehearsalTimer = CancelTimer<TimeLimit::of_rehearsal>;

} // namespace mig::server
