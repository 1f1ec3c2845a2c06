// A time limit for one statement. The server's own timer for statement_timeout runs once for all that a client sends.
#pragma once

namespace mig::server {

class StatementTimer {
  public:
    explicit StatementTimer(int ms); // 0: no limit
    ~StatementTimer();
    StatementTimer(StatementTimer const &) = delete;
    StatementTimer &operator=(StatementTimer const &) = delete;

    // True when the cancel that has come was its own.
    bool fired() const noexcept;

  private:
    bool const running_;
};

} // namespace mig::server
