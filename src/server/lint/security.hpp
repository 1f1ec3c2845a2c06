// Rules: who may do what afterwards (the group Security). They hold for new tables as for old ones.
#pragma once

#include "server/lint/rule.hpp"

namespace mig::server::lint {

void grant_to_public(Subject const &subject, Report &report);
void grant_all(Subject const &subject, Report &report);
void grant_option(Subject const &subject, Report &report);
void password_in_body(Subject const &subject, Report &report);
void created_in_own_schema(Subject const &subject, Report &report);

// row_security.cpp
void rls_without_policy(Subject const &subject, Report &report);
void rls_disabled(Subject const &subject, Report &report);
void rls_owner_exempt(Subject const &subject, Report &report);
void policy_dropped(Subject const &subject, Report &report);
void policy_for_everyone(Subject const &subject, Report &report);

// definer.cpp
void security_definer_search_path(Subject const &subject, Report &report);
void dynamic_sql(Subject const &subject, Report &report);

} // namespace mig::server::lint
