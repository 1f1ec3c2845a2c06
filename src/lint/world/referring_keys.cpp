#include "lint/world/referring_keys.hpp"
#include "server/db/query.hpp"

namespace mig::server::lint {

std::vector<ReferringKey> keys_referring_to(World &world, std::uint32_t relation) {
    // Includes foreign keys of the table to itself. There is no index on confrelid: this is a scan of pg_constraint.
    static KeptQuery keys_to("SELECT conrelid::bigint, conname::text FROM pg_constraint"
                             " WHERE confrelid = $1::oid AND contype = 'f'");
    Rows const rows = keys_to({static_cast<std::int64_t>(relation)}, Access::fresh);
    std::vector<ReferringKey> keys;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (Table *const table = world.find(static_cast<std::uint32_t>(rows.bigint(i, 0))))
            keys.push_back({table, std::string(rows.text(i, 1))});
    return keys;
}

} // namespace mig::server::lint
