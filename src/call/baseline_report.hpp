// What baseline() says about the differences between what it marks and the database.
#pragma once

#include "inventory/applied_bodies.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mig::server {

class BaselineReport {
  public:
    // As if `marked` were baselines already.
    BaselineReport(Catalog const &catalog, std::vector<Migration const *> const &marked);

    // What the migration creates and the database lacks, cut after some; empty: nothing.
    std::string note(std::string_view version) const;
    // A WARNING for each direction, with the first objects in its DETAIL.
    void warn() const;

  private:
    BaselineDifferences const differences_;
    std::unordered_map<std::string_view, std::vector<std::string const *>> missing_; // by version
    std::string const in_module_;
};

// A NOTICE that everything up to `version` is marked already.
void report_all_marked(Catalog const &catalog, std::string_view version);

} // namespace mig::server
