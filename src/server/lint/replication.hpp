// Rules: subscribers, extensions, and what only some roles may (the group Replication and platform).
#pragma once

#include "server/lint/rule.hpp"

namespace mig::server::lint {

void replica_identity_lost(Subject const &subject, Report &report);
void replica_identity_full(Subject const &subject, Report &report);
void ddl_of_published_table(Subject const &subject, Report &report);
void table_not_published(Subject const &subject, Report &report);

// platform.cpp
void extension_unavailable(Subject const &subject, Report &report);
void extension_without_version(Subject const &subject, Report &report);
void needs_superuser(Subject const &subject, Report &report);
void managed_table(Subject const &subject, Report &report);

} // namespace mig::server::lint
