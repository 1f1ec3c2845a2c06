#include "core/conflict/conflicts.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/conflict/effects.hpp"
#include "core/conflict/stop_reason.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace mig {

namespace {

using How = TouchedObject::How;

bool equal_values(Effect const &a, Effect const &b) { return !a.value.empty() && a.value == b.value; }

// The table of conflicts.hpp, for an object that existed before both. `a` is the earlier one.
bool collide(Effect const &a, Effect const &b) {
    switch (b.act) {
    case Act::dropped:
        return a.act != Act::dropped && a.act != Act::renamed; // by a new name: b knows of a
    case Act::renamed:
        return a.act != Act::renamed && a.act != Act::dropped;
    case Act::created: // after a drop, and neither OR REPLACE nor IF NOT EXISTS: b fails without a, so it knows of a
        return (a.act == Act::created && !equal_values(a, b)) || (a.act == Act::dropped && b.conditional);
    case Act::set:
        return a.act == Act::set && a.property == b.property && !equal_values(a, b);
    case Act::built_on:
    case Act::used:
        return false;
    }
    return false;
}

const char *reason(Effect const &a, Effect const &b) {
    switch (b.act) {
    case Act::dropped:
        return "the later one drops what the other one uses";
    case Act::renamed:
        return "the later one renames what the other knows by its old name";
    case Act::created:
        return a.act == Act::dropped ? "one drops it, the other creates it" : "both create it";
    default:
        if (b.property == "ADD VALUE")
            return "both add a value, and their order decides that of the values";
        if (b.property == "values")
            return "both update the same column of the same rows";
        return "both set the same property, so the last one wins";
    }
}

// Everywhere else the two run the other way round: the pending one first.
bool collide_out_of_order(Effect const &applied, Effect const &pending) {
    return applied.act == Act::created || collide(applied, pending) || collide(pending, applied);
}

std::string why(Effect const &a, std::string const &version_a, Effect const &b, std::string const &version_b) {
    return std::string(reason(a, b)) + ": " + version_a + " " + a.text + "; " + version_b + " " + b.text;
}

std::string why_out_of_order(Effect const &a, std::string const &version_a, Effect const &b,
                             std::string const &version_b) {
    return "the later version has already run, although it should come second: " + version_a + " " + a.text + "; " +
           version_b + " " + b.text;
}

struct Found {
    std::size_t a, b; // migrations
    Conflict conflict;
};

using Seen = std::set<std::tuple<std::size_t, std::size_t, std::string>>; // migrations, and the name of the object

// Compares the effects on one object or part, migration by migration. Effects of one kind (the same act on the same
// property) conflict with the same others, so only the first of each migration is compared. The work then stays in
// proportion to the conflicts that are found.
class Comparison {
  public:
    Comparison(std::vector<Touches> const &migrations, std::string const &name, std::vector<Found> &all, Seen &seen)
        : migrations_(migrations), name_(name), all_(all), seen_(seen) {}

    void run(std::vector<Effect> const &effects) {
        for (std::size_t first = 0, end = 0; first < effects.size(); first = end) {
            for (end = first; end < effects.size() && effects[end].migration == effects[first].migration; ++end)
                check_for_interrupts();
            if (!migrations_[effects[first].migration].applied)
                compare(effects, first, end);
            note(effects, first, end);
        }
    }

  private:
    using Kind = std::tuple<Act, std::string, std::string>; // and the property and the value
    using Earlier = std::map<Kind, std::vector<Effect const *>>;
    using Firsts = std::map<std::size_t, Effect const *>; // by migration

    static Kind kind_of(Effect const &effect) {
        if (effect.act == Act::set)
            return {effect.act, effect.property, effect.value};
        return {effect.act, "", effect.act == Act::created ? effect.value : ""};
    }

    // Compares the effects of one migration with those of all before it.
    void compare(std::vector<Effect> const &effects, std::size_t first, std::size_t end) {
        std::set<Kind> compared;
        bool dropped = false; // by the same migration: what it creates then replaces that
        for (std::size_t i = first; i < end; ++i) {
            Effect const &effect = effects[i];
            if (compared.insert(kind_of(effect)).second) {
                if (effect.act != Act::created)
                    with_pending(plain_, effect);
                else if (!dropped)
                    with_pending(replacements_, effect);
                with_applied(effect);
            }
            dropped = dropped || effect.act == Act::dropped;
        }
    }

    void with_pending(Earlier const &earlier, Effect const &b) {
        Firsts firsts;
        // What is set meets only what sets the same property, of all that may have been set.
        bool const set = b.act == Act::set;
        auto kind = set ? earlier.lower_bound({Act::set, b.property, ""}) : earlier.begin();
        for (; kind != earlier.end() && (!set || std::get<1>(kind->first) == b.property); ++kind)
            if (collide(*kind->second.front(), b))
                for (Effect const *a : kind->second)
                    add(firsts, *a);
        report(firsts, b, why);
    }

    // Only with the effects of newer versions, which come last in each list.
    void with_applied(Effect const &b) {
        std::string const &version = migrations_[b.migration].version;
        Firsts firsts;
        for (auto const &[kind, effects] : applied_)
            if (collide_out_of_order(*effects.front(), b))
                for (auto a = effects.rbegin();
                     a != effects.rend() && version::compare(migrations_[(*a)->migration].version, version) >= 0; ++a)
                    add(firsts, **a);
        report(firsts, b, why_out_of_order);
    }

    // Keeps the first effect of each migration.
    static void add(Firsts &firsts, Effect const &effect) {
        check_for_interrupts();
        Effect const *&first = firsts.try_emplace(effect.migration, &effect).first->second;
        first = std::min(first, &effect);
    }

    void report(Firsts const &firsts, Effect const &b, decltype(why) &explain) {
        for (auto const &[migration, a] : firsts) {
            if (!seen_.insert({migration, b.migration, name_}).second)
                continue;
            std::string const &first = migrations_[migration].version, &second = migrations_[b.migration].version;
            all_.push_back({migration, b.migration, {first, second, name_, explain(*a, first, b, second)}});
        }
    }

    void note(std::vector<Effect> const &effects, std::size_t first, std::size_t end) {
        bool const applied = migrations_[effects[first].migration].applied;
        std::set<Kind> noted;
        for (std::size_t i = first; i < end; ++i) {
            Effect const &effect = effects[i];
            created_ = created_ || effect.act == Act::created;
            // Only the first of each kind is kept. It comes before the object is created, if any of that kind does.
            Kind kind = kind_of(effect);
            bool const first_of_kind = noted.insert(kind).second;
            if (applied) {
                if (first_of_kind)
                    applied_[std::move(kind)].push_back(&effect);
                continue;
            }
            if (first_of_kind && (effect.act == Act::created || effect.act == Act::dropped))
                replacements_[kind].push_back(&effect);
            if (first_of_kind && !created_) // later migrations know what was created here, and all that was done since
                plain_[std::move(kind)].push_back(&effect);
        }
    }

    std::vector<Touches> const &migrations_;
    std::string const &name_;
    std::vector<Found> &all_;
    Seen &seen_;
    Earlier applied_;      // effects of applied migrations
    Earlier plain_;        // of pending ones, on an object that existed before them
    Earlier replacements_; // of pending ones that create or drop it
    bool created_ = false;
};

} // namespace

void Creations::add(Touches const &migration) {
    for (TouchedObject const &object : migration.objects) {
        check_for_interrupts();
        if (object.how == How::created)
            first_.emplace(std::pair(object.type, lower_case(bare_name(object.identity))), object.identity);
    }
}

std::optional<TouchedObject> Creations::skipped_by(std::string_view command, std::string_view sql) const {
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

std::vector<Conflict> find_conflicts(std::vector<Touches> const &migrations, std::vector<FailureCause> const &causes) {
    std::vector<Found> all;
    Seen seen;
    for (auto const &[key, object] : effects_by_object(migrations))
        Comparison(migrations, object.name, all, seen).run(object.effects);
    StopReasons const reasons(migrations);
    auto tried = causes.begin();
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        if (!migrations[i].stop)
            continue;
        while (tried != causes.end() && tried->failed < i)
            ++tried;
        bool const is_tried = tried != causes.end() && tried->failed == i;
        std::optional<Blamed> blamed = reasons.explain(i);
        // What is applied stays for every trial.
        if (is_tried && tried->fails_alone && !(blamed && migrations[blamed->migration].applied))
            continue;
        if (blamed)
            all.push_back({blamed->migration, i, std::move(blamed->conflict)});
        else if (is_tried && tried->cause)
            all.push_back({*tried->cause, i, conflict_of_failure(migrations[*tried->cause], migrations[i])});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](Found const &x, Found const &y) { return std::pair(x.a, x.b) < std::pair(y.a, y.b); });
    std::vector<Conflict> found;
    found.reserve(all.size());
    for (Found &entry : all)
        found.push_back(std::move(entry.conflict));
    return found;
}

} // namespace mig
