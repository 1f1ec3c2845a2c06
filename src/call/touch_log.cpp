#include "call/touch_log.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/conflict/stop_reason.hpp"
#include "core/migration/allowance.hpp"
#include "core/text/text.hpp"
#include "server/parse/recorded_touches.hpp"
#include "server/watch/use_watch.hpp"

#include <algorithm>
#include <cctype>
#include <functional>

namespace mig::server {

namespace {

std::vector<Touches> touches_of_newer(Catalog const &catalog, std::vector<Step> const &steps) {
    std::vector<Touches> all;
    if (steps.empty())
        return all;
    std::string_view oldest = steps.front().origin.version;
    for (Step const &step : steps)
        if (version::compare(step.origin.version, oldest) < 0)
            oldest = step.origin.version;
    for (Migration const &migration : catalog.migrations()) {
        if (!migration.applied() || migration.kind() != Kind::versioned ||
            migration.run->result == Event::Result::baseline || version::compare(migration.version(), oldest) < 0)
            continue;
        StoredTexts const texts = StoredTexts::on_record(migration.record->id);
        std::optional<StoredText> const text = texts.find(migration.version());
        Touches touches;
        touches.version = migration.version();
        touches.applied = true;
        if (text)
            touches.objects = recorded_touches(text->content.up.sql);
        all.push_back(std::move(touches));
    }
    return all;
}

// Equal for statements that differ in white space only, and different for others: 64 bits of a hash would do for that
// many times the migrations that anybody has.
std::string digest_of(std::string_view sql) {
    std::string text;
    for (char const c : sql)
        if (!std::isspace(static_cast<unsigned char>(c)))
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
    while (!text.empty() && (text.back() == ' ' || text.back() == ';'))
        text.pop_back();
    return std::to_string(std::hash<std::string>()(text));
}

// Of the UPDATEs of a migration if they are of all rows; else the same for all migrations, so that two of some rows are
// no conflict.
std::string digest_of_updates(TouchLog::Row row, TouchLog::Row end) {
    std::string all;
    for (; row != end; ++row) {
        if (row->command == "INSERT" || row->command == "MERGE" ||
            (row->command == "UPDATE" && lower_case(row->sql).find("where") != std::string::npos))
            return "some rows";
        if (row->command == "UPDATE")
            all += row->sql + ';';
    }
    return all.empty() ? "some rows" : digest_of(all);
}

bool is_conditional(std::string_view command, std::string_view sql) {
    if (command.substr(0, 7) != "CREATE " && command.substr(0, 6) != "ALTER ")
        return false;
    std::string const text = lower_case(sql);
    return text.find("or replace") != std::string::npos || text.find("if not exists") != std::string::npos;
}

} // namespace

TouchLog::TouchLog(Catalog const &catalog, std::vector<Step> const &steps)
    : all_(touches_of_newer(catalog, steps)), newer_(all_.size()) {
    for (Touches const &touches : all_)
        creations_.add(touches);
    for (Step const &step : steps) {
        versions_.push_back(step.origin.version);
        if (AllowedRules(step.directives.allowances).silences(conflict_rule, 0))
            allowing_.insert(step.origin.version);
    }
    use_watch::start();
}

TouchLog::~TouchLog() { use_watch::stop(); }

void TouchLog::note_uses(Step const &step) { used_[step.origin.version] = use_watch::take_used(); }

void TouchLog::add(std::string const &version, Row row, Row end, std::optional<Touches::Stop> stop) {
    Touches touches;
    touches.version = version;
    touches.stop = std::move(stop);
    std::string const updates = digest_of_updates(row, end);
    for (; row != end; ++row) {
        check_for_interrupts();
        std::string const statement = row->objects.empty() ? "" : digest_of(row->sql);
        for (TouchedObject const &object : row->objects) {
            TouchedObject &added = touches.objects.emplace_back(object);
            added.statement = statement;
            added.conditional = object.how != TouchedObject::How::dropped && is_conditional(row->command, row->sql);
        }
        if (!row->objects.empty())
            continue;
        // IF NOT EXISTS of something that an earlier migration created touches nothing, and still depends on it.
        if (std::optional<TouchedObject> object = creations_.skipped_by(row->command, row->sql)) {
            touches.objects.push_back(std::move(*object));
            touches.objects.back().statement = digest_of(row->sql);
            touches.objects.back().conditional = true;
        }
    }
    auto const used = used_.find(version);
    if (used != used_.end())
        for (TouchedObject const &object : used->second)
            touches.objects.emplace_back(object).statement = updates;
    creations_.add(touches);
    // A migration without a statement has no row.
    while (versions_[all_.size() - newer_] != version)
        all_.push_back({versions_[all_.size() - newer_]});
    all_.push_back(std::move(touches));
}

void TouchLog::add(std::vector<Rehearsed> const &rows) {
    for (Row row = rows.begin(); row != rows.end();) {
        Row const end =
            std::find_if(row, rows.end(), [&](Rehearsed const &one) { return one.version != row->version; });
        std::optional<Touches::Stop> stop;
        if (Rehearsed const &last = *std::prev(end); last.error)
            stop = Touches::Stop{last.sqlstate.value_or(""), *last.error, {}};
        add(row->version, row, end, std::move(stop));
        row = end;
    }
}

std::vector<std::size_t> TouchLog::failed() const {
    std::vector<std::size_t> numbers;
    for (std::size_t i = newer_; i < all_.size(); ++i)
        if (all_[i].stop)
            numbers.push_back(i - newer_);
    return numbers;
}

std::vector<std::size_t> TouchLog::explained() const {
    StopReasons const reasons(all_);
    std::vector<std::size_t> numbers = failed();
    numbers.erase(std::remove_if(numbers.begin(), numbers.end(),
                                 [&](std::size_t step) { return !reasons.explain(newer_ + step); }),
                  numbers.end());
    return numbers;
}

std::vector<Conflict> TouchLog::conflicts(std::vector<FailureCause> causes) const {
    for (FailureCause &tried : causes) {
        tried.failed += newer_;
        if (tried.cause)
            *tried.cause += newer_;
    }
    std::vector<Conflict> all = find_conflicts(all_, causes);
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](Conflict const &conflict) { return allowing_.count(conflict.version_b) > 0; }),
              all.end());
    return all;
}

} // namespace mig::server
