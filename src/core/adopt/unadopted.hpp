// Another tool's history that says that migrations have run which are pending here, so that they would run twice.
#pragma once

#include "core/adopt/adoption.hpp"
#include "core/adopt/history_choice.hpp"

namespace mig {

// Those of `pending` that adopt() would mark, as far as the history is evidence enough. A history may belong to another
// application in the same database: then nobody should be warned at every deployment that version 3 has run there.
// `first_run`: nothing of the module is in effect yet. Only then are short versions, and those up to which a tool has
// come, enough.
std::vector<Migration const *> ran_elsewhere(Adoption const &adoption, std::vector<Migration const *> const &pending,
                                             bool first_run);

// `the history of dbmate, table public.schema_migrations, says that 2 of 3 pending migrations have run already: ...`
std::string unadopted_warning(HistoryTable const &history, std::vector<Migration const *> const &ran,
                              std::size_t pending);
std::string unadopted_hint(HistoryTable const &history, std::string_view module);

// If the history cannot be read. `role`: the current one.
std::string unreadable_warning(HistoryTable const &history, std::string_view role);
std::string unreadable_hint(HistoryTable const &history, std::string_view module);

} // namespace mig
