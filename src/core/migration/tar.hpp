// A tar archive that a client sent: what a directory of the server would have been.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mig {

struct TarLimits {
    std::uint64_t file_bytes = 512ull << 20, total_bytes = 1ull << 30; // of what is in it, however well it is packed
    std::size_t entries = 1'000'000;
    std::uint64_t unpacked_bytes = 2ull << 30; // of all that is in it, what is passed over too
};

struct TarEntry {
    std::string path;    // without `./` before it
    const char *why_not; // null for a regular file: else what it is instead
};

// Told of each entry but directories, in the order of the archive; true to be given its content.
using TarEntryWanted = std::function<bool(TarEntry const &)>;
using TarFileRead = std::function<void(std::string const &path, std::string content)>;

// Plain, or in one layer of gzip. Failure invalid_binary when it is none, is cut short, is packed twice, names an absolute path or one with `..`;
// program_limit when it exceeds a limit.
void read_tar(std::string_view archive, TarLimits const &limits, TarEntryWanted const &wanted, TarFileRead const &read);

} // namespace mig
