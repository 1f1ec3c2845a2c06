// A list whose items have a name, found by it as fast in a long list as in a short one. Items stay where they are.
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

    // The first of that name, or null.
    T *find(std::string_view name) {
        auto const found = places_.find(std::string(name));
        return found == places_.end() ? nullptr : &*found->second.front();
    }

    // All of that name.
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
        for (auto one = items_.begin(); one != items_.end();) {
            auto const place = one++;
            if (test(*place)) {
                forget(place);
                items_.erase(place);
            }
        }
    }

    void rename(T &item, std::string name) {
        auto const found = places_.find(item.name);
        auto const place =
            std::find_if(found->second.begin(), found->second.end(), [&](Place const one) { return &*one == &item; });
        Place const itself = *place;
        forget(itself);
        item.name = std::move(name);
        places_[item.name].push_back(itself);
    }

  private:
    using Place = typename std::list<T>::iterator;

    void forget(Place place) {
        auto const found = places_.find(place->name);
        auto &all = found->second;
        all.erase(std::remove(all.begin(), all.end(), place), all.end());
        if (all.empty())
            places_.erase(found);
    }

    std::list<T> items_;
    std::unordered_map<std::string, std::vector<Place>> places_;
};

} // namespace mig::server::lint
