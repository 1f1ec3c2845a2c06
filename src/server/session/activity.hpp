// What pg_stat_activity.query shows while a run is under way.
#pragma once

#include "core/text/activity_text.hpp"

namespace mig::server {

class Activity {
  public:
    Activity();
    // Restores what was shown before: the client's statement.
    ~Activity();
    Activity(Activity const &) = delete;
    Activity &operator=(Activity const &) = delete;

    void show(ActivityText const &activity);

  private:
    std::string const before_;
    std::uint64_t const query_id_;
};

} // namespace mig::server
