#include "core/base/topological_order.hpp"

#include "core/base/interruption.hpp"

namespace mig {

namespace {

class Ordering {
  public:
    explicit Ordering(std::vector<std::vector<std::size_t>> const &dependencies)
        : dependencies_(dependencies), dependents_(dependencies.size()), waiting_(dependencies.size()),
          added_(dependencies.size()), walked_(dependencies.size(), dependencies.size()) {
        for (std::size_t i = 0; i < dependencies.size(); ++i) {
            check_for_interrupts();
            waiting_[i] = dependencies[i].size();
            for (std::size_t const other : dependencies[i])
                dependents_[other].push_back(i);
        }
    }

    std::vector<std::size_t> all() {
        for (std::size_t i = 0; i < dependencies_.size(); ++i) {
            check_for_interrupts();
            if (!added_[i] && !add_from(i))
                break;
        }
        return std::move(order_);
    }

  private:
    // Walks from the item to its first dependency, to that one's first, and so on to an item without any, and adds
    // that. False: the walk leads back to itself. What an earlier walk has passed leads to an item that has been added.
    bool add_from(std::size_t item) {
        std::size_t root = item;
        while (!dependencies_[root].empty() && walked_[root] == dependencies_.size()) {
            check_for_interrupts();
            walked_[root] = item;
            root = dependencies_[root].front();
        }
        if (!dependencies_[root].empty())
            return walked_[root] != item;
        if (!added_[root])
            add(root);
        return true;
    }

    // Depth first: an item, then those that it was the last dependency of.
    void add(std::size_t root) {
        for (std::vector<std::size_t> ready{root}; !ready.empty();) {
            check_for_interrupts();
            std::size_t const item = ready.back();
            ready.pop_back();
            added_[item] = true;
            order_.push_back(item);
            for (auto next = dependents_[item].rbegin(); next != dependents_[item].rend(); ++next) {
                check_for_interrupts();
                if (--waiting_[*next] == 0)
                    ready.push_back(*next);
            }
        }
    }

    std::vector<std::vector<std::size_t>> const &dependencies_;
    std::vector<std::vector<std::size_t>> dependents_; // the other way round
    std::vector<std::size_t> waiting_;                 // for how many dependencies
    std::vector<bool> added_;
    std::vector<std::size_t> walked_; // by the walk from which item; the number of items: by none yet
    std::vector<std::size_t> order_;
};

} // namespace

std::vector<std::size_t> topological_order(std::vector<std::vector<std::size_t>> const &dependencies) {
    return Ordering(dependencies).all();
}

} // namespace mig
