// A privilege boundary: what a role has loaded does not run as a superuser, unless that role is one or is listed in
// migrator.trusted_loaders.
#pragma once

#include "server/prepare/steps.hpp"

namespace mig::server {

enum class InTransaction : unsigned char { of_caller, of_its_own };

// Checks the steps before anything runs. Failure untrusted_loader, naming the migrations and both roles. If a superuser
// has changed to another role (SET ROLE), untrusted steps are fenced instead: see Step::fenced. A fence lasts no longer
// than a transaction, so a migration that runs statement by statement in transactions of its own is refused.
void guard_bodies(Steps &steps, InTransaction transaction);

} // namespace mig::server
