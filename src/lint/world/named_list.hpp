// A list of items with names, with lookup by name in constant time. Pointers to items stay valid as others come and go.
#pragma once

#include <algorithm>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mig::server::lint {

// T has a member `name`, which only rename() may change once the item is in the list. Several items may have the same
// name, as the constraints that one statement adds without naming them can.
template <class T>
class NamedList {
  public:
    NamedList() = default;
    NamedList(NamedList const &) = delete;
    NamedList &operator=(NamedList const &) = delete;

    auto begin() { return items_.begin(); }
    auto end() { return items_.end(); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    std::size_t size() const { return items_.size(); }
    bool empty() const { return items_.empty(); }

    void push_back(T item) {
        items_.push_back(std::move(item));
        positions_[items_.back().name].push_back(std::prev(items_.end()));
    }

    // The first item with this name, or null.
    T *find(std::string_view name) {
        auto const found = positions_.find(std::string(name));
        return found == positions_.end() ? nullptr : &*found->second.front();
    }

    // Erases all items with this name.
    void erase(std::string const &name) {
        auto const found = positions_.find(name);
        if (found == positions_.end())
            return;
        for (Position const position : found->second)
            items_.erase(position);
        positions_.erase(found);
    }

    template <class Test>
    void erase_if(Test const &test) {
        for (auto next = items_.begin(); next != items_.end();) {
            auto const position = next++;
            if (test(*position)) {
                forget(position);
                items_.erase(position);
            }
        }
    }

    // The item must be one of this list.
    void rename(T &item, std::string name) {
        auto const found = positions_.find(item.name);
        Position const position = *std::find_if(found->second.begin(), found->second.end(),
                                                [&](Position const candidate) { return &*candidate == &item; });
        forget(position);
        item.name = std::move(name);
        positions_[item.name].push_back(position);
    }

  private:
    using Position = typename std::list<T>::iterator;

    void forget(Position position) {
        auto const found = positions_.find(position->name);
        auto &namesakes = found->second;
        namesakes.erase(std::remove(namesakes.begin(), namesakes.end(), position), namesakes.end());
        if (namesakes.empty())
            positions_.erase(found);
    }

    std::list<T> items_;
    std::unordered_map<std::string, std::vector<Position>> positions_;
};

} // namespace mig::server::lint
