// The words of a text that may name an object of the database: identifiers, wherever they are, also in the literals
// that code in them is written as. More than what is really named, never less, but for a name that is put together at
// run time.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace mig {

class NamedWords {
  public:
    void add(std::string_view text);

    std::set<std::string, std::less<>> const &words() const noexcept { return words_; } // not behind a dot
    // `app.orders`: what is behind a dot, with what is before it.
    std::set<std::pair<std::string, std::string>> const &qualified() const noexcept { return qualified_; }

  private:
    std::set<std::string, std::less<>> words_;
    std::set<std::pair<std::string, std::string>> qualified_;
};

} // namespace mig
