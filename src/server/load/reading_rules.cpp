#include "server/load/reading_rules.hpp"

#include "bridge/guard.hpp"
#include "core/migration/checksum.hpp"

extern "C" {
#include "mb/pg_wchar.h"
#include "utils/guc.h"
}

namespace mig::server {

namespace {

std::string setting(const char *name) {
    const char *const value = pg::guarded([=] { return GetConfigOption(name, true, false); });
    return value ? value : "";
}

} // namespace

std::string reading_rules() {
    constexpr std::size_t digest_length = 16;
    // MIGRATOR_SOURCES is a checksum of the sources, computed by the Makefile, so that nobody who changes how files are
    // read has to remember to change this.
    std::string all = MIGRATOR_SOURCES;
    for (const char *const name : {"server_version", "server_encoding", "backslash_quote"})
        all += "\n" + setting(name);
    return checksum::of_bytes(all).substr(0, digest_length);
}

} // namespace mig::server
