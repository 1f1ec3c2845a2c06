// Rules: what the history says of the pending migrations (the group History).
#pragma once

#include "server/lint/rule.hpp"

namespace mig::server::lint {

void future_version(History const &history, HistoryReport &report);
void version_gap(History const &history, HistoryReport &report);
void out_of_order(History const &history, HistoryReport &report);
void unmet_requirement(History const &history, HistoryReport &report);
void modified_after_apply(History const &history, HistoryReport &report);
void changed_outside(History const &history, HistoryReport &report);
void irreversible(History const &history, HistoryReport &report);

} // namespace mig::server::lint
