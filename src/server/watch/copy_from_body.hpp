// COPY ... FROM stdin whose rows stand in the body behind it: the server's own COPY, which reads them from there.
#pragma once

#include "bridge/hooks.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mig::server {

// The rows for one statement. While it lives the server's COPY finds them by the statement's text.
class CopyRows {
  public:
    // `what` and `first_line` say where the rows stand, for the CONTEXT of a bad one; both texts must stay alive.
    CopyRows(std::string_view rows, const char *what, std::uint32_t first_line);
    ~CopyRows();
    CopyRows(CopyRows const &) = delete;
    CopyRows &operator=(CopyRows const &) = delete;

    void of_statement(const char *sql) noexcept { sql_ = sql; }
    // The line that the server had read when it raised an error about it.
    std::optional<std::uint32_t> bad_line() const noexcept;

    static pg::Watcher const watcher;

  private:
    friend struct CopyFromBody;
    CopyRows *const outer_;
    const char *sql_ = nullptr, *at_, *const end_;
    const char *const what_;
    std::uint32_t const first_line_;
    std::uint64_t bad_row_ = 0;
};

} // namespace mig::server
