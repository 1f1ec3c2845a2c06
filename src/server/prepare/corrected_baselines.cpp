#include "server/prepare/corrected_baselines.hpp"

#include "core/base/interruption.hpp"
#include "server/store/history.hpp"

#include <deque>

extern "C" {
#include "utils/timestamp.h"
}

namespace mig::server {

std::size_t record_corrected_baselines(Catalog const &catalog, std::optional<std::string_view> reason) {
    std::vector<Migration const *> corrected;
    for (Migration const &migration : catalog.migrations()) {
        check_for_interrupts();
        if (migration.corrected())
            corrected.push_back(&migration);
    }
    if (corrected.empty())
        return 0;
    History history(catalog.module());
    std::deque<StoredTexts> texts; // viewed by the entries
    for (Migration const *migration : corrected) {
        check_for_interrupts();
        texts.push_back(StoredTexts::loaded(catalog.module(), migration->version(), migration->version()));
        Entry entry = entry_of(texts.back().get(migration->version()));
        entry.action = "baseline";
        entry.result = "accepted";
        entry.version = migration->version();
        entry.name = migration->name();
        entry.started_at = entry.finished_at = GetCurrentTimestamp();
        entry.reason = reason.value_or("corrected before anything ran on top of the baseline");
        history.append(entry);
    }
    history.write();
    return corrected.size();
}

} // namespace mig::server
