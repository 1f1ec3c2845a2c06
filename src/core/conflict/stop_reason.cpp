#include "core/conflict/stop_reason.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <set>

namespace mig {

namespace {

using How = TouchedObject::How;

bool is_in(std::string_view word, std::initializer_list<std::string_view> list) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// The words of a message without quotes, qualified names also without their schema. The server says which object an
// error is about in words only: its error fields for schema, table and column are set for few of these errors.
std::set<std::string> names_in(std::string const &text) {
    std::set<std::string> names;
    std::string word;
    auto const end = [&] {
        while (!word.empty() && std::strchr(",;:.", word.back()))
            word.pop_back();
        if (word.empty())
            return;
        names.insert(word);
        if (std::size_t const dot = word.rfind('.'); dot != std::string::npos)
            names.insert(word.substr(dot + 1));
        word.clear();
    };
    for (char const c : text) {
        if (c == '"' || c == '(' || c == ')' || std::isspace(static_cast<unsigned char>(c)))
            end();
        else
            word += c;
    }
    end();
    return names;
}

std::string part_kind(std::string const &what) {
    for (const char *const kind : {"CONSTRAINT", "VALUE"})
        if (what.find(kind) != std::string::npos)
            return lower_case(kind) + " ";
    return "column ";
}

enum class Stopped : unsigned char { missing, duplicate, dependent, other };

// `dependent` includes the errors of ALTER and CREATE OR REPLACE about what cannot be changed as it stands: the type of
// a column that a view uses (0A000), the columns of a view (42P16), the result of a function (42P13).
Stopped kind_of(std::string const &state) {
    using namespace sqlstate;
    if (is_in(state, {undefined_column, undefined_table, undefined_object, undefined_function, undefined_schema,
                      invalid_name}))
        return Stopped::missing;
    if (is_in(state, {duplicate_table, duplicate_column, duplicate_object, duplicate_function, duplicate_schema}))
        return Stopped::duplicate;
    if (is_in(state, {dependent_objects, not_supported, invalid_table, wrong_object_type, datatype_mismatch,
                      invalid_function}))
        return Stopped::dependent;
    return Stopped::other;
}

struct Culprit {
    std::string object, why;
};

// Whether what was done to the object explains a failure of this kind, given the names in its error.
std::optional<Culprit> blame(TouchedObject const &object, Stopped kind, std::set<std::string> const &names) {
    auto const named = [&](std::string const &name) { return !name.empty() && names.count(bare_name(name)) > 0; };
    bool const part_renamed = !object.old_name.empty() && !object.part.empty();
    switch (kind) {
    case Stopped::missing:
        if (object.how == How::dropped && named(object.identity))
            return Culprit{object.type + " " + object.identity, "drops what the other one uses"};
        if (object.how == How::altered && named(object.old_name))
            return part_renamed
                       ? Culprit{part_kind(object.what) + object.old_name + " of " + object.type + " " +
                                     object.identity,
                                 "renames what the other knows by its old name"}
                       : Culprit{object.type + " " + object.old_name, "renames what the other knows by its old name"};
        return std::nullopt;
    case Stopped::duplicate:
        if (object.how == How::created && named(object.identity))
            return Culprit{object.type + " " + object.identity, "creates it too"};
        if (object.how == How::altered && (object.what.substr(0, 4) == "ADD " || part_renamed) && named(object.part))
            return Culprit{part_kind(object.what) + object.part + " of " + object.type + " " + object.identity,
                           "creates it too"};
        if (object.how == How::altered && !object.old_name.empty() && object.part.empty() && named(object.identity))
            return Culprit{object.type + " " + object.identity, "gives another object this name"};
        return std::nullopt;
    case Stopped::dependent:
        if (object.how == How::created && named(object.identity))
            return Culprit{object.type + " " + object.identity, "builds on what the other changes"};
        return std::nullopt;
    case Stopped::other:
        break;
    }
    return std::nullopt;
}

std::string quoted(Touches::Stop const &stop) { return '"' + stop.message + "\" (SQLSTATE " + stop.sqlstate + ")"; }

// The object as a whole: its column or constraint is named by the error, if at all.
std::string object_between(Touches const &cause, Touches const &failed) {
    std::set<std::string> const names = names_in(failed.stop->message + " " + failed.stop->detail);
    std::set<std::string> touched;
    for (TouchedObject const &object : failed.objects) {
        check_for_interrupts();
        touched.insert(object.identity);
    }
    TouchedObject const *best = nullptr;
    int best_rank = 0;
    for (TouchedObject const &object : cause.objects) {
        check_for_interrupts();
        bool const named = names.count(bare_name(object.identity)) > 0;
        bool const part_named = !object.part.empty() && names.count(bare_name(object.part)) > 0;
        int const rank = (named ? 8 : 0) + (touched.count(object.identity) > 0 ? 4 : 0) +
                         (object.how != How::used ? 2 : 0) + (part_named ? 1 : 0);
        if (!best || rank > best_rank) {
            best = &object;
            best_rank = rank;
        }
    }
    return best ? best->type + " " + best->identity : std::string();
}

} // namespace

std::string bare_name(std::string identity) {
    identity.resize(std::min(identity.find(" on "), identity.size()));
    identity.resize(std::min(identity.find('('), identity.size()));
    if (std::size_t const dot = identity.rfind('.'); dot != std::string::npos)
        identity = identity.substr(dot + 1);
    identity.erase(std::remove_if(identity.begin(), identity.end(), [](char c) { return c == '"' || c == '\''; }),
                   identity.end());
    return identity;
}

// Indexes each object by all names and kinds of failure for which blame() would name it, so that explain() need not go
// through all objects.
StopReasons::StopReasons(std::vector<Touches> const &migrations) : migrations_(migrations) {
    bool const any =
        std::any_of(migrations.begin(), migrations.end(), [](Touches const &migration) { return migration.stop; });
    for (std::size_t i = 0; any && i < migrations.size(); ++i)
        for (std::size_t j = 0; j < migrations[i].objects.size(); ++j) {
            check_for_interrupts();
            TouchedObject const &object = migrations[i].objects[j];
            for (std::string const *name : {&object.identity, &object.old_name, &object.part})
                for (Stopped const kind : {Stopped::missing, Stopped::duplicate, Stopped::dependent})
                    if (!name->empty() && blame(object, kind, {bare_name(*name)}))
                        note(static_cast<int>(kind), bare_name(*name), {i, j});
        }
}

void StopReasons::note(int kind, std::string const &name, Place place) {
    std::vector<Place> &places = places_[{kind, name}];
    if (places.empty() || places.back() != place)
        places.push_back(place);
}

std::optional<Blamed> StopReasons::explain(std::size_t stopped) const {
    Touches const &failed = migrations_[stopped];
    Stopped const kind = kind_of(failed.stop->sqlstate);
    std::set<std::string> const names = names_in(failed.stop->message + " " + failed.stop->detail);
    std::optional<Place> latest;
    for (std::string const &name : names) {
        check_for_interrupts();
        auto const found = places_.find({static_cast<int>(kind), name});
        if (found == places_.end())
            continue;
        auto const after = std::lower_bound(found->second.begin(), found->second.end(), Place(stopped, 0));
        if (after != found->second.begin() && (!latest || *latest < *(after - 1)))
            latest = *(after - 1);
    }
    if (!latest)
        return std::nullopt;
    Touches const &other = migrations_[latest->first];
    std::optional<Culprit> const culprit = blame(other.objects[latest->second], kind, names);
    return Blamed{latest->first,
                  {other.version, failed.version, culprit->object,
                   other.version + " " + culprit->why + ": " + failed.version + " fails with " + quoted(*failed.stop)}};
}

Conflict conflict_of_failure(Touches const &cause, Touches const &failed) {
    return {cause.version, failed.version, object_between(cause, failed),
            failed.version + " fails after " + cause.version + ", and succeeds without it: " + quoted(*failed.stop)};
}

} // namespace mig
