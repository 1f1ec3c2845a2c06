#include "core/base/topological_order.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

class Ordering {
  public:
    explicit Ordering(std::vector<std::vector<std::size_t>> const &behind)
        : behind_(behind), before_(behind.size()), waiting_(behind.size()), seen_(behind.size()),
          walked_(behind.size(), behind.size()) {
        for (std::size_t i = 0; i < behind.size(); ++i) {
            look_for_interrupts();
            waiting_[i] = behind[i].size();
            for (std::size_t const other : behind[i])
                before_[other].push_back(i);
        }
    }

    std::vector<std::size_t> all() {
        for (std::size_t i = 0; i < behind_.size(); ++i) {
            look_for_interrupts();
            if (!seen_[i] && !add_from(i))
                break;
        }
        return std::move(order_);
    }

  private:
    // From the first that it depends on, whatever that depends on; false: that leads back to it. What an earlier walk
    // has passed leads to one that is there.
    bool add_from(std::size_t item) {
        std::size_t root = item;
        for (; !behind_[root].empty() && walked_[root] == behind_.size(); root = behind_[root].front()) {
            look_for_interrupts();
            walked_[root] = item;
        }
        if (!behind_[root].empty())
            return walked_[root] != item;
        if (!seen_[root])
            add(root);
        return true;
    }

    void add(std::size_t root) {
        for (std::vector<std::size_t> ready{root}; !ready.empty();) {
            look_for_interrupts();
            std::size_t const item = ready.back();
            ready.pop_back();
            seen_[item] = true;
            order_.push_back(item);
            for (auto next = before_[item].rbegin(); next != before_[item].rend(); ++next) {
                look_for_interrupts();
                if (--waiting_[*next] == 0)
                    ready.push_back(*next);
            }
        }
    }

    std::vector<std::vector<std::size_t>> const &behind_;
    std::vector<std::vector<std::size_t>> before_; // the other way round
    std::vector<std::size_t> waiting_;             // for how many
    std::vector<bool> seen_;
    std::vector<std::size_t> walked_; // on whose way up; the number of all: on nobody's
    std::vector<std::size_t> order_;
};

} // namespace

std::vector<std::size_t> topological_order(std::vector<std::vector<std::size_t>> const &behind) {
    return Ordering(behind).all();
}

} // namespace mig
