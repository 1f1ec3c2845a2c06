// A list of items with names, with lookup by name in constant time. Pointers to items stay valid as others come and go.
#pragma once

#include <algorithm>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mig::server::lint {

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
        places_[items_.back().name].push_back(std::prev(items_.end()));
    }

    // The first item with this name, or null.
    T *find(std::string_view name) {
        auto const found = places_.find(std::string(name));
        return found == places_.end() ? nullptr : &*found->second.front();
    }

    // Erases all items with this name.
    void erase(std::string const &name) {
        auto const found = places_.find(name);
        if (found == places_.end())
            return;
        for (Place const place : found->second)
            items_.erase(place);
        places_.erase(found);
    }

    template <class Test>
    void erase_if(Test const &test) {
        for (auto next = items_.begin(); next != items_.end();) {
            auto const place = next++;
            if (test(*place)) {
                forget(place);
                items_.erase(place);
            }
        }
    }

    void rename(T &item, std::string name) {
        auto const found = places_.find(item.name);
        Place const place = *std::find_if(found->second.begin(), found->second.end(),
                                          [&](Place const candidate) { return &*candidate == &item; });
        forget(place);
        item.name = std::move(name);
        places_[item.name].push_back(place);
    }

  private:
    using Place = typename std::list<T>::iterator;

    void forget(Place place) {
        auto const found = places_.find(place->name);
        auto &namesakes = found->second;
        namesakes.erase(std::remove(namesakes.begin(), namesakes.end(), place), namesakes.end());
        if (namesakes.empty())
            places_.erase(found);
    }

    std::list<T> items_;
    std::unordered_map<std::string, std::vector<Place>> places_;
};

} // namespace mig::server::lint
