#include "call/touch_log.hpp"

#include "core/base/interruption.hpp"
#include "core/base/version.hpp"
#include "core/migration/allowance.hpp"
#include "server/parse/recorded_touches.hpp"
#include "server/watch/use_watch.hpp"

#include <algorithm>

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

} // namespace

TouchLog::TouchLog(Catalog const &catalog, std::vector<Step> const &steps) : all_(touches_of_newer(catalog, steps)) {
    for (Touches const &touches : all_)
        creations_.add(touches);
    for (Step const &step : steps)
        if (AllowedRules(step.directives.allowances).silences(conflict_rule, 0))
            allowing_.insert(step.origin.version);
    use_watch::start();
}

TouchLog::~TouchLog() { use_watch::stop(); }

void TouchLog::note_uses(Step const &step) { used_[step.origin.version] = use_watch::take_used(); }

void TouchLog::add(std::string const &version, Row row, Row end, std::optional<Touches::Stop> stop) {
    Touches touches;
    touches.version = version;
    touches.stop = std::move(stop);
    for (; row != end; ++row) {
        check_for_interrupts();
        touches.objects.insert(touches.objects.end(), row->objects.begin(), row->objects.end());
        if (!row->objects.empty())
            continue;
        // IF NOT EXISTS of something that an earlier migration created touches nothing, and still depends on it.
        if (std::optional<TouchedObject> object = creations_.skipped_by(row->command, row->sql))
            touches.objects.push_back(std::move(*object));
    }
    auto const used = used_.find(version);
    if (used != used_.end())
        touches.objects.insert(touches.objects.end(), used->second.begin(), used->second.end());
    creations_.add(touches);
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

std::vector<Conflict> TouchLog::conflicts() const {
    std::vector<Conflict> all = find_conflicts(all_);
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](Conflict const &conflict) { return allowing_.count(conflict.version_b) > 0; }),
              all.end());
    return all;
}

} // namespace mig::server
