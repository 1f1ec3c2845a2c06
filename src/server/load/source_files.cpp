#include "server/load/source_files.hpp"

#include "bridge/guard.hpp"
#include "core/base/failure.hpp"
#include "core/convention/convention.hpp"
#include "core/migration/checksum.hpp"
#include "core/migration/tar.hpp"
#include "core/text/text.hpp"
#include "server/load/directory.hpp"
#include "server/load/file_encoding.hpp"

#include <algorithm>
#include <unordered_set>

namespace mig::server {

namespace {

constexpr std::size_t max_bytes = std::size_t{1} << 30; // of all files together, as all are in memory at the same time

std::string_view without_byte_order_mark(std::string_view content) {
    if (content.substr(0, byte_order_mark.size()) == byte_order_mark)
        content.remove_prefix(byte_order_mark.size());
    return content;
}

bool in_hidden_directory(std::string_view path) {
    std::size_t const slash = path.rfind('/');
    return slash != std::string_view::npos &&
           ("/" + std::string(path.substr(0, slash))).find("/.") != std::string::npos;
}

constexpr const char *rename_one = "Rename one of them, or load each directory as a module of its own.";

[[noreturn]] void refuse_twice(std::string const &path, std::string message, std::string hint) {
    throw Failure(sqlstate::duplicate_version, message.append(path).append("\""), "Nothing was loaded.",
                  std::move(hint));
}

} // namespace

SourceFiles SourceFiles::from_directories(std::vector<std::string> const &paths) {
    SourceFiles result;
    std::deque<Directory> directories;
    for (std::string const &path : paths) {
        Directory const &directory = directories.emplace_back(path);
        for (Directory::Item const &item : directory.items()) {
            pg::check_for_interrupts();
            if (result.wants(item.path, item.why_skipped))
                result.add(item.path, directory.read(item.path));
        }
    }
    result.sort(Origin::directories);
    result.read_rest([&](std::unordered_set<std::string> const &rest) {
        for (Directory const &directory : directories)
            for (Directory::Item const &item : directory.items()) {
                pg::check_for_interrupts();
                if (rest.count(item.path) > 0)
                    result.fill(item.path, directory.read(item.path));
            }
    });
    return result;
}

SourceFiles SourceFiles::from_archive(std::string_view archive) {
    SourceFiles result;
    TarLimits const limits{MaxAllocSize / 2, max_bytes}; // for a single file the same limit as in Directory::read()
    read_tar(
        archive, limits,
        [&](TarEntry const &entry) {
            pg::check_for_interrupts();
            return result.wants(entry.path, entry.why_not ? entry.why_not : "");
        },
        [&](std::string const &path, std::string content) { result.add(path, std::move(content)); });
    result.sort(Origin::archive);
    // A second pass: the settings that name these files may come after them in the archive.
    result.read_rest([&](std::unordered_set<std::string> const &paths) {
        read_tar(
            archive, limits,
            [&](TarEntry const &entry) {
                pg::check_for_interrupts();
                return !entry.why_not && paths.count(entry.path) > 0;
            },
            [&](std::string const &path, std::string content) { result.fill(path, std::move(content)); });
    });
    return result;
}

SourceFiles SourceFiles::from_client(std::string_view path, std::string_view content) {
    SourceFiles result;
    std::string raw_checksum = checksum::of_bytes(content);
    result.add_text(path, std::string(without_byte_order_mark(content)), std::move(raw_checksum));
    return result;
}

bool SourceFiles::wants(std::string const &path, std::string const &why_skipped) {
    std::string const shown = displayable(path);
    if (!why_skipped.empty())
        skipped_.push_back({shown, why_skipped});
    else if (shown != path)
        skipped_.push_back({shown, "the name has control characters, or is not valid in the encoding of the database"});
    else if (in_hidden_directory(path))
        skipped_.push_back({path, "in a hidden directory", true});
    else if (!any_convention_reads(path))
        files_.push_back({path, {}}); // only the name is known
    else
        return true;
    return false;
}

void SourceFiles::add(std::string const &path, std::string bytes) {
    bytes_ += bytes.size();
    if (bytes_ > max_bytes)
        throw Failure(sqlstate::program_limit,
                      "the files are larger than " + std::to_string(max_bytes) + " bytes together",
                      "Nothing was loaded.", "Load the directory in parts.");
    // Of the bytes as they are in the file, before the encoding is converted, so that sha256sum(1) prints the same.
    std::string raw_checksum = checksum::of_bytes(bytes);
    add_text(path, to_database_encoding(std::move(bytes), path), std::move(raw_checksum));
}

template <class Read>
void SourceFiles::read_rest(Read const &read) {
    std::vector<std::string> const paths = named_by_settings(files_);
    if (!paths.empty())
        read(std::unordered_set<std::string>(paths.begin(), paths.end()));
}

void SourceFiles::fill(std::string const &path, std::string bytes) {
    add(path, std::move(bytes));
    SourceFile read = std::move(files_.back());
    files_.pop_back();
    auto const place =
        std::lower_bound(files_.begin(), files_.end(), path,
                         [](SourceFile const &file, std::string const &name) { return file.path < name; });
    if (is_read(*place))
        refuse_twice(path, "two directories have a file \"", rename_one);
    *place = std::move(read);
}

void SourceFiles::add_text(std::string_view path, std::string content, std::string raw_checksum) {
    contents_.push_back(std::move(content));
    files_.push_back({std::string(path), contents_.back(), std::move(raw_checksum)});
}

// An archive can hold a path twice, and so can several directories; then the order of reading would decide which one is
// loaded. Those that no convention reads may have the same name: a README, for one.
void SourceFiles::sort(Origin origin) {
    std::sort(files_.begin(), files_.end(), [](SourceFile const &a, SourceFile const &b) { return a.path < b.path; });
    bool const archive = origin == Origin::archive;
    for (std::size_t i = 1; i < files_.size(); ++i)
        if (files_[i - 1].path == files_[i].path && (archive || is_read(files_[i]) || is_read(files_[i - 1])))
            refuse_twice(files_[i].path, archive ? "the archive has two files \"" : "two directories have a file \"",
                         archive ? "Create it again; tar -r appends to an existing archive." : rename_one);
    files_.erase(std::unique(files_.begin(), files_.end(),
                             [](SourceFile const &a, SourceFile const &b) { return a.path == b.path; }),
                 files_.end());
}

} // namespace mig::server
