// COPY ... FROM stdin whose rows follow it in the body: the server's own COPY code, with the body as its data source.
#pragma once

#include "bridge/hooks.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mig::server {

// The rows of one COPY statement. While this object is alive, COPY finds it by the address of the statement's text.
class CopyRows {
  public:
    // `source` and `first_line` locate the rows, for the CONTEXT of a bad one; both texts must stay alive.
    CopyRows(std::string_view rows, const char *source, std::uint32_t first_line);
    ~CopyRows();
    CopyRows(CopyRows const &) = delete;
    CopyRows &operator=(CopyRows const &) = delete;

    void set_statement(const char *sql) noexcept { sql_ = sql; }
    // The line of the row that the server raised an error about, if it was about one.
    std::optional<std::uint32_t> bad_line() const noexcept;

    static pg::Watcher const watcher;

  private:
    friend struct CopyFromBody;
    CopyRows *const outer_;
    const char *sql_ = nullptr, *at_, *const end_;
    const char *const source_;
    std::uint32_t const first_line_;
    std::uint64_t bad_row_ = 0;
};

} // namespace mig::server
