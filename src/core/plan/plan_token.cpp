#include "core/plan/plan_token.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/migration/checksum.hpp"
#include "core/text/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace mig {

namespace {

constexpr std::string_view version = "v1";
constexpr std::size_t digest_length = 32; // 128 bits: whoever wants to smuggle something in looks for a collision
constexpr std::size_t short_length = 4;   // of a name, and of a state
constexpr std::size_t most_items = 50;    // that are told apart
constexpr std::size_t most_named = 5;     // in one sentence

std::string short_digest(std::string_view text) { return checksum::of_bytes(text).substr(0, short_length); }

std::string written(std::vector<PlanItem> const &items) {
    std::string all, each;
    bool const few = items.size() <= most_items;
    for (PlanItem const &item : items) {
        check_for_interrupts();
        std::string const state = checksum::of_bytes(item.name + '\0', item.state);
        all += state;
        if (few)
            each += short_digest(item.name) + state.substr(0, short_length);
    }
    return checksum::of_bytes(all).substr(0, digest_length) + (each.empty() ? "" : "-" + each);
}

struct Part {
    std::string_view digest, each;
};

struct Parts {
    Part migrations, settings, objects;
};

bool is_hexadecimal(std::string_view text) {
    return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<Part> part_of(std::string_view text) {
    Part part{text.substr(0, digest_length), {}};
    std::string_view const rest = text.substr(part.digest.size());
    if (part.digest.size() < digest_length || !is_hexadecimal(part.digest))
        return std::nullopt;
    if (rest.empty())
        return part;
    part.each = rest.substr(1);
    if (rest.front() != '-' || part.each.empty() || part.each.size() % (2 * short_length) != 0 ||
        !is_hexadecimal(part.each))
        return std::nullopt;
    return part;
}

std::optional<Parts> parts_of(std::string_view token) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at <= token.size();) {
        std::size_t const end = std::min(token.find('.', at), token.size());
        words.push_back(token.substr(at, end - at));
        at = end + 1;
    }
    if (words.size() != 4 || words[0] != version)
        return std::nullopt;
    auto const migrations = part_of(words[1]), settings = part_of(words[2]), objects = part_of(words[3]);
    if (!migrations || !settings || !objects)
        return std::nullopt;
    return Parts{*migrations, *settings, *objects};
}

Parts require_parts(std::string_view token) {
    if (auto const parts = parts_of(token))
        return *parts;
    throw Failure(
        sqlstate::invalid_parameter, "this is not a plan token: " + quoted_excerpt(token), {},
        "migrator.report(), migrator.rehearse() and migrator.plan_token() name the token of what is pending.");
}

std::string listed(std::vector<std::string_view> const &names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i == most_named)
            return text + " and " + std::to_string(names.size() - i) + " more";
        text += (i > 0 ? ", " : "") + std::string(names[i]);
    }
    return text;
}

struct Words {
    const char *changed, *added, *gone, *unknown;
};

void compare(std::vector<std::string> &changes, Part const &then, std::vector<PlanItem> const &items,
             Words const &words) {
    std::string const written_now = written(items);
    std::string_view const now = written_now;
    if (now.substr(0, digest_length) == then.digest)
        return;
    std::size_t const before = changes.size();
    bool const few_then = !then.each.empty() || then.digest == written({}), few_now = items.size() <= most_items;
    if (few_then && few_now) {
        std::map<std::string_view, std::string_view> states;
        for (std::size_t at = 0; at < then.each.size(); at += 2 * short_length)
            states.emplace(then.each.substr(at, short_length), then.each.substr(at + short_length, short_length));
        std::vector<std::string_view> changed, added;
        std::size_t at = digest_length + 1;
        for (PlanItem const &item : items) {
            auto const known = states.find(now.substr(at, short_length));
            if (known == states.end())
                added.push_back(item.name);
            else if (known->second != now.substr(at + short_length, short_length))
                changed.push_back(item.name);
            at += 2 * short_length;
        }
        std::size_t const kept = items.size() - added.size(), gone = states.size() - std::min(kept, states.size());
        if (!changed.empty())
            changes.push_back(words.changed + listed(changed));
        if (!added.empty())
            changes.push_back(words.added + listed(added));
        if (gone > 0)
            changes.push_back(words.gone + std::to_string(gone));
    }
    if (changes.size() == before)
        changes.push_back(words.unknown);
}

} // namespace

std::string plan_token(PlanItems const &items) {
    return std::string(version) + "." + written(items.migrations) + "." + written(items.settings) + "." +
           written(items.objects);
}

void require_plan_token(std::string_view token) { (void) require_parts(token); }

std::vector<std::string> changes_since(std::string_view token, PlanItems const &now) {
    Parts const then = require_parts(token);
    std::vector<std::string> changes;
    compare(changes, then.migrations, now.migrations,
            {"migrations that have changed: ", "migrations that were not pending: ",
             "migrations that are not pending any more: ", "the pending migrations have changed"});
    compare(changes, then.settings, now.settings,
            {"settings that have changed: ", "settings that were not there: ", "settings that are gone: ",
             "the settings have changed"});
    compare(changes, then.objects, now.objects,
            {"objects that have changed: ", "objects that were not there: ", "objects that are gone: ",
             "the objects that the migrations name have changed"});
    return changes;
}

} // namespace mig
