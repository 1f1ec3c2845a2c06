// A tar archive sent by a client, in place of a directory of the server.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mig {

struct TarLimits {
    std::uint64_t file_bytes = 512ull << 20, total_bytes = 1ull << 30; // of the files in it, uncompressed
    std::size_t entries = 1'000'000;
    std::uint64_t unpacked_bytes = 2ull << 30; // of all that is in it, including what is skipped
};

struct TarEntry {
    std::string path;    // without `./` before it
    const char *why_not; // null for a regular file, else what it is instead
};

// Called for each entry but directories, in the order of the archive. True: read its content.
using TarEntryWanted = std::function<bool(TarEntry const &)>;
using TarFileRead = std::function<void(std::string const &path, std::string content)>;

// Reads an archive that is plain or in one layer of gzip. Failure invalid_binary if it is not a tar archive, is
// truncated, is compressed twice, or names an absolute path or one with `..`; program_limit if it exceeds a limit.
void read_tar(std::string_view archive, TarLimits const &limits, TarEntryWanted const &wanted, TarFileRead const &read);

} // namespace mig
