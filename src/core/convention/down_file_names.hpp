// Down files, recognized by the words in their names where no convention tells them. To run one as a migration would
// undo another.
#pragma once

#include <string_view>
#include <vector>

namespace mig {

// Whether `path` is named like the down file of the migration in `other`: 1_a_down.sql for 1_a_up.sql or 1_a.sql,
// down/1_a.sql for up/1_a.sql, 1_a.rollback.sql for 1_a.sql.
bool is_down_file_of(std::string_view path, std::string_view other);

// Whether any of the files is named like the down file of another. Takes linear time.
bool has_down_file_of_another(std::vector<std::string_view> const &paths);

// The same, or the name has a word for removing something (1_drop_a.sql) while the other's has none. Good enough for a
// HINT, not for a decision.
bool may_be_down_file_of(std::string_view path, std::string_view other);

} // namespace mig
