#include "lint/world/referring_keys.hpp"

namespace mig::server::lint {

std::vector<ReferringKey> keys_referring_to(World &world, std::uint32_t relation) {
    Rows const rows = world.ask("SELECT conrelid::bigint, conname::text FROM pg_constraint"
                                " WHERE confrelid = $1::oid AND contype = 'f'",
                                {static_cast<std::int64_t>(relation)});
    std::vector<ReferringKey> keys;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (Relation *const table = world.find(static_cast<std::uint32_t>(rows.bigint(i, 0))))
            keys.push_back({table, std::string(rows.text(i, 1))});
    return keys;
}

} // namespace mig::server::lint
