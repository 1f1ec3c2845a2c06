// The lines of a text, one after the other.
#pragma once

#include <cstdint>
#include <string_view>

namespace mig {

// CRLF, LF and a lone CR each end a line, as in line_at().
class Lines {
  public:
    explicit Lines(std::string_view text) : text_(text) {}

    [[nodiscard]] bool next() noexcept; // false: there is no further line

    std::string_view line() const noexcept { return text_.substr(begin_, end_ - begin_); } // without its end
    std::uint32_t number() const noexcept { return number_; }
    std::size_t begin() const noexcept { return begin_; } // bytes of the text
    std::size_t end() const noexcept { return end_; }

  private:
    std::string_view text_;
    std::size_t begin_ = 0, end_ = 0, next_ = 0;
    std::uint32_t number_ = 0;
};

} // namespace mig
