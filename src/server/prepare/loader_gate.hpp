// A privilege boundary: what a role has loaded does not run as a superuser unless that role is one, or is listed in
// migrator.trusted_loaders.
#pragma once

#include "server/prepare/steps.hpp"

namespace mig::server {

enum class InTransaction : unsigned char { of_caller, of_its_own };

// Before anything runs. Failure untrusted_loader, naming the migrations and both roles. Where a superuser has put on
// another role (SET ROLE), the steps are fenced in instead: see Step::fenced. That cannot be done for what runs
// statement by statement in transactions of its own, which is refused.
void guard_bodies(Steps &steps, InTransaction in);

} // namespace mig::server
