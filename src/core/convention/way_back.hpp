// Names of files that undo what another one does.
#pragma once

#include <string_view>
#include <vector>

namespace mig {

// `path` is named as the way back of the migration in `other`: 1_a_down.sql of 1_a_up.sql or 1_a.sql, down/1_a.sql of
// up/1_a.sql, 1_a.rollback.sql of 1_a.sql. To run it as a migration would undo the other.
bool is_way_back(std::string_view path, std::string_view other);

// One of them is that of another one. Linear in their number.
bool has_way_back(std::vector<std::string_view> const &paths);

// Some word of the name says that it takes something away, and none of the other's does: to be said, not to be sure of.
bool may_be_way_back(std::string_view path, std::string_view other);

} // namespace mig
