#include "core/conflict/conflicts.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/conflict/deeds.hpp"
#include "core/conflict/stop_reason.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace mig {

namespace {

using How = TouchedObject::How;

bool same_setting(Deed const &a, Deed const &b) {
    if (a.property == "NOT NULL" && b.property == "NOT NULL")
        return a.text != b.text; // SET and DROP
    if (a.property == b.property)
        return true;
    auto const both = [&](const char *one, const char *other) {
        return (a.property == one && b.property == other) || (a.property == other && b.property == one);
    };
    return both("TYPE", "DEFAULT");
}

bool collide(Deed const &a, Deed const &b) {
    switch (b.act) {
    case Act::dropped:
        return a.act != Act::dropped && a.act != Act::renamed; // by a new name: b knows of a
    case Act::renamed:
        return a.act != Act::renamed && a.act != Act::dropped;
    case Act::created:
        return a.act == Act::created || a.act == Act::dropped;
    case Act::set:
        return a.act == Act::set && same_setting(a, b);
    case Act::built_on:
    case Act::used:
        return false;
    }
    return false;
}

const char *reason(Deed const &a, Deed const &b) {
    switch (b.act) {
    case Act::dropped:
        return "the later one drops what the other works with";
    case Act::renamed:
        return "the later one renames what the other knows by its old name";
    case Act::created:
        return a.act == Act::dropped ? "one drops it, the other creates it" : "both create it";
    default:
        return "both set the same, so the last one wins";
    }
}

// Everywhere else the two run the other way round: what was pending first.
bool collide_out_of_order(Deed const &applied, Deed const &pending) {
    return applied.act == Act::created || collide(applied, pending) || collide(pending, applied);
}

std::string why(Deed const &a, std::string const &version_a, Deed const &b, std::string const &version_b) {
    return std::string(reason(a, b)) + ": " + version_a + " " + a.text + "; " + version_b + " " + b.text;
}

std::string why_out_of_order(Deed const &a, std::string const &version_a, Deed const &b, std::string const &version_b) {
    return "the later version has run already, and by their versions it would come second: " + version_a + " " +
           a.text + "; " + version_b + " " + b.text;
}

struct Found {
    std::size_t a, b; // migrations
    Conflict conflict;
};

using Seen = std::set<std::tuple<std::size_t, std::size_t, std::string>>; // migrations, and the name of the thing

// The deeds on one thing, migration after migration. Of those that are alike (the same act on the same property) only
// the first of each migration is looked at: what is compared is then no more than what is found.
class Comparison {
  public:
    Comparison(std::vector<Touches> const &migrations, std::string const &name, std::vector<Found> &all, Seen &seen)
        : migrations_(migrations), name_(name), all_(all), seen_(seen) {}

    void run(std::vector<Deed> const &deeds) {
        for (std::size_t first = 0, end = 0; first < deeds.size(); first = end) {
            for (end = first; end < deeds.size() && deeds[end].migration == deeds[first].migration; ++end)
                look_for_interrupts();
            if (!migrations_[deeds[first].migration].applied)
                compare(deeds, first, end);
            note(deeds, first, end);
        }
    }

  private:
    using Kind = std::pair<Act, std::string>; // and what is said of it, where that makes a difference
    using Earlier = std::map<Kind, std::vector<Deed const *>>;
    using Firsts = std::map<std::size_t, Deed const *>; // by migration

    static Kind kind_of(Deed const &deed) {
        return {deed.act, deed.act == Act::set ? deed.property + (deed.property == "NOT NULL" ? deed.text : "") : ""};
    }

    // Those of one migration with all before it.
    void compare(std::vector<Deed> const &deeds, std::size_t first, std::size_t end) {
        std::set<Kind> compared;
        bool dropped = false; // by itself: what it creates then is made anew
        for (std::size_t i = first; i < end; ++i) {
            Deed const &deed = deeds[i];
            if (compared.insert(kind_of(deed)).second) {
                if (deed.act != Act::created)
                    with_pending(plain_, deed);
                else if (!dropped)
                    with_pending(made_, deed);
                with_applied(deed);
            }
            dropped = dropped || deed.act == Act::dropped;
        }
    }

    void with_pending(Earlier const &earlier, Deed const &b) {
        Firsts firsts;
        for (auto const &[kind, deeds] : earlier)
            if (collide(*deeds.front(), b))
                for (Deed const *a : deeds)
                    add(firsts, *a);
        tell(firsts, b, why);
    }

    // Those of newer versions only, which are behind the others.
    void with_applied(Deed const &b) {
        std::string const &version = migrations_[b.migration].version;
        Firsts firsts;
        for (auto const &[kind, deeds] : applied_)
            if (collide_out_of_order(*deeds.front(), b))
                for (auto a = deeds.rbegin();
                     a != deeds.rend() && version::compare(migrations_[(*a)->migration].version, version) >= 0; ++a)
                    add(firsts, **a);
        tell(firsts, b, why_out_of_order);
    }

    // Of each migration the first one, by its place.
    static void add(Firsts &firsts, Deed const &deed) {
        look_for_interrupts();
        Deed const *&first = firsts.try_emplace(deed.migration, &deed).first->second;
        first = std::min(first, &deed);
    }

    void tell(Firsts const &firsts, Deed const &b, decltype(why) &words) {
        for (auto const &[migration, a] : firsts) {
            if (!seen_.insert({migration, b.migration, name_}).second)
                continue;
            std::string const &first = migrations_[migration].version, &second = migrations_[b.migration].version;
            all_.push_back({migration, b.migration, {first, second, name_, words(*a, first, b, second)}});
        }
    }

    void note(std::vector<Deed> const &deeds, std::size_t first, std::size_t end) {
        bool const applied = migrations_[deeds[first].migration].applied;
        std::set<Kind> noted;
        for (std::size_t i = first; i < end; ++i) {
            Deed const &deed = deeds[i];
            created_ = created_ || deed.act == Act::created;
            // Of one kind, those behind a creation are no other than those before it but for that.
            Kind kind = kind_of(deed);
            bool const anew = noted.insert(kind).second;
            if (applied) {
                if (anew)
                    applied_[std::move(kind)].push_back(&deed);
                continue;
            }
            if (anew && (deed.act == Act::created || deed.act == Act::dropped))
                made_[kind].push_back(&deed);
            if (anew && !created_) // later ones know of what was made here, and of all behind that
                plain_[std::move(kind)].push_back(&deed);
        }
    }

    std::vector<Touches> const &migrations_;
    std::string const &name_;
    std::vector<Found> &all_;
    Seen &seen_;
    Earlier applied_, plain_, made_;
    bool created_ = false;
};

} // namespace

void Creations::add(Touches const &migration) {
    for (TouchedObject const &object : migration.objects) {
        look_for_interrupts();
        if (object.how == How::created)
            first_.emplace(std::pair(object.type, lower_case(bare_name(object.identity))), object.identity);
    }
}

std::optional<TouchedObject> Creations::silent(std::string_view command, std::string_view sql) const {
    constexpr std::string_view words = "if not exists";
    if (command.substr(0, 7) != "CREATE ")
        return std::nullopt;
    std::string const text = lower_case(sql);
    std::size_t const clause = text.find(words);
    if (clause == std::string::npos)
        return std::nullopt;
    std::size_t const begin = text.find_first_not_of(" \t\r\n", clause + words.size());
    if (begin == std::string::npos)
        return std::nullopt;
    std::size_t const end = std::min(text.find_first_of(" \t\r\n(;", begin), text.size());
    auto const found = first_.find({lower_case(command.substr(7)), bare_name(text.substr(begin, end - begin))});
    if (found == first_.end())
        return std::nullopt;
    return TouchedObject{How::created, found->first.first, found->second, "", "IF NOT EXISTS: nothing done"};
}

std::vector<Conflict> conflicts(std::vector<Touches> const &migrations) {
    std::vector<Found> all;
    Seen seen;
    for (auto const &[key, thing] : deeds_by_thing(migrations))
        Comparison(migrations, thing.name, all, seen).run(thing.deeds);
    StopReasons const reasons(migrations);
    for (std::size_t i = 0; i < migrations.size(); ++i)
        if (migrations[i].stop)
            if (std::optional<Blamed> blamed = reasons.explain(i))
                all.push_back({blamed->migration, i, std::move(blamed->conflict)});
    std::stable_sort(all.begin(), all.end(),
                     [](Found const &x, Found const &y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
    std::vector<Conflict> found;
    found.reserve(all.size());
    for (Found &one : all)
        found.push_back(std::move(one.conflict));
    return found;
}

} // namespace mig
