// Any bytes as an archive: its files are within the limits and below its root, or it is refused.
#include "core/base/failure.hpp"
#include "core/migration/tar.hpp"
#include "require.hpp"

using mig::test::require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    constexpr mig::TarLimits limits{1 << 16, 1 << 18, 100};
    std::size_t total = 0, entries = 0;
    try {
        mig::read_tar(
            {reinterpret_cast<const char *>(data), size}, limits,
            [&](mig::TarEntry const &entry) {
                require(++entries <= limits.entries, "no more entries than allowed");
                require(!entry.path.empty() && entry.path.front() != '/' && entry.path.back() != '/',
                        "a path is relative");
                require(("/" + entry.path + "/").find("/../") == std::string::npos, "a path stays inside");
                return entry.path.size() % 3 != 0;
            },
            [&](std::string const &, std::string const &content) {
                total += content.size();
                require(content.size() <= limits.file_bytes && total <= limits.total_bytes, "within the limits");
            });
    } catch (mig::Failure const &) {
    }
    return 0;
}
