// What the migrations of a rehearsal touch, for conflicts() and report().
#pragma once

#include "core/conflict/conflicts.hpp"
#include "core/conflict/rehearsed.hpp"
#include "server/prepare/prepare.hpp"

#include <map>
#include <set>

namespace mig::server {

// While it exists, what queries use is watched.
class TouchLog {
  public:
    // Begins with the applied migrations that are newer than the oldest of the steps, which is out of order because of
    // them. They cannot be rehearsed: what they touched is read from their recorded texts.
    TouchLog(Catalog const &catalog, std::vector<Step> const &steps);
    ~TouchLog();
    TouchLog(TouchLog const &) = delete;
    TouchLog &operator=(TouchLog const &) = delete;

    // After a step has succeeded, before it is undone.
    void note_uses(Step const &step);
    // The rows of one migration, in the order of the steps; `stop` if it failed.
    using Row = std::vector<Rehearsed>::const_iterator;
    void add(std::string const &version, Row row, Row end, std::optional<Touches::Stop> stop);
    // Those of a rehearsal that ends with the first failure.
    void add(std::vector<Rehearsed> const &rows);

    // The steps that failed, by their numbers from 0.
    std::vector<std::size_t> failed() const;
    Touches::Stop const &stop_of(std::size_t step) const { return *all_[newer_ + step].stop; }
    // Which of `failed()` what the migrations did to the objects explains.
    std::vector<std::size_t> explained() const;

    // Without those that the later migration allows. `causes`: by the numbers of the steps.
    std::vector<Conflict> conflicts(std::vector<FailureCause> causes) const;

  private:
    std::vector<Touches> all_; // newer ones that are applied, then the steps
    std::size_t newer_;
    std::vector<std::string> versions_; // of the steps
    std::set<std::string> allowing_;    // versions
    Creations creations_;
    std::map<std::string, std::vector<TouchedObject>> used_; // by version
};

} // namespace mig::server
