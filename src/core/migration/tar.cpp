#include "core/migration/tar.hpp"

#include "core/base/failure.hpp"
#include "core/base/interruption.hpp"
#include "core/text/text.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <new>
#include <utility>

namespace mig {

namespace {

struct FreeArchive {
    void operator()(archive *reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeArchive>;

[[noreturn]] void refuse(std::string const &what, std::string detail = {}) {
    throw Failure(sqlstate::invalid_binary, what, std::move(detail),
                  "Send the output of \"tar -C migrations -cf - .\", plain or through gzip.");
}

[[noreturn]] void refuse_unreadable(archive *reader) {
    const char *const why = archive_error_string(reader);
    refuse("the archive cannot be read", why ? why : "");
}

[[noreturn]] void refuse_size(std::string const &what, std::uint64_t limit) {
    throw Failure(sqlstate::program_limit, what + " more than " + std::to_string(limit) + " bytes",
                  "Nothing was loaded.", "Load the directory in parts.");
}

Reader new_reader() {
    Reader reader(archive_read_new());
    if (!reader)
        throw std::bad_alloc();
    return reader;
}

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 2) == "\x1f\x8b"; }

// The bytes of the tar archive, portion by portion, out of a layer of gzip if there is one. What the library skips
// within one of its calls comes through here too, so this is the place to count bytes and to check for interrupts. The
// library calls next() from C, so an exception is kept until the library has returned.
class Unpacked {
  public:
    Unpacked(std::string_view bytes, std::uint64_t most) : rest_(bytes), most_(most) {
        if (!is_gzip(bytes))
            return;
        gzip_ = new_reader();
        archive_entry *entry = nullptr;
        // This filter exactly once. With archive_read_support_filter_gzip() the library would unpack every layer.
        if (archive_read_append_filter(gzip_.get(), ARCHIVE_FILTER_GZIP) != ARCHIVE_OK ||
            archive_read_support_format_raw(gzip_.get()) != ARCHIVE_OK ||
            archive_read_open_memory(gzip_.get(), bytes.data(), bytes.size()) != ARCHIVE_OK ||
            archive_read_next_header(gzip_.get(), &entry) != ARCHIVE_OK)
            refuse_unreadable(gzip_.get());
    }

    void open(archive *reader) {
        archive_read_support_format_tar(reader);
        check(archive_read_open(reader, this, nullptr, next, nullptr), reader);
    }

    // Returns the result of a library call, or throws what stopped it.
    int check(int result, archive *reader) {
        if (stopped_)
            std::rethrow_exception(std::exchange(stopped_, nullptr));
        if (result != ARCHIVE_OK && result != ARCHIVE_EOF && result != ARCHIVE_WARN)
            refuse_unreadable(reader);
        return result;
    }

  private:
    static la_ssize_t next(archive *reader, void *self, const void **portion) noexcept {
        auto *const unpacked = static_cast<Unpacked *>(self);
        try {
            std::string_view const got = unpacked->next();
            *portion = got.data();
            return static_cast<la_ssize_t>(got.size());
        } catch (...) {
            unpacked->stopped_ = std::current_exception();
            archive_set_error(reader, EIO, "stopped");
            return ARCHIVE_FATAL;
        }
    }

    std::string_view next() {
        check_for_interrupts();
        std::string_view const got = gzip_ ? next_of_gzip() : next_as_it_is();
        if (read_ == 0 && is_gzip(got))
            refuse("gzip within gzip");
        read_ += got.size();
        if (read_ > most_)
            refuse_size("unpacked, the archive has", most_);
        return got;
    }

    std::string_view next_as_it_is() {
        constexpr std::size_t most = 1 << 16;
        std::string_view const got = rest_.substr(0, most);
        rest_.remove_prefix(got.size());
        return got;
    }

    std::string_view next_of_gzip() {
        const void *block = nullptr;
        la_int64_t offset = 0;
        for (std::size_t size = 0;;) {
            int const result = archive_read_data_block(gzip_.get(), &block, &size, &offset);
            if (result == ARCHIVE_EOF)
                return {};
            if (result != ARCHIVE_OK)
                refuse_unreadable(gzip_.get());
            if (size > 0) // an empty block would be mistaken for the end
                return {static_cast<const char *>(block), size};
        }
    }

    std::string_view rest_; // of an archive without gzip
    Reader gzip_;
    std::uint64_t const most_;
    std::uint64_t read_ = 0;
    std::exception_ptr stopped_; // by what next() threw
};

// Names are in the encoding of the process's locale, or in the UTF-8 of pax headers if that cannot represent them.
std::string path_of(archive_entry *entry) {
    const char *name = archive_entry_pathname(entry);
    if (!name)
        name = archive_entry_pathname_utf8(entry);
    if (!name || !*name)
        refuse("the archive has an entry without a name");
    std::string_view path = name;
    if (path.front() == '/')
        refuse("the archive has an absolute path: " + quoted_excerpt(path));
    std::string clean;
    for (std::size_t at = 0; at <= path.size();) {
        std::size_t const slash = std::min(path.find('/', at), path.size());
        std::string_view const part = path.substr(at, slash - at);
        if (part == "..")
            refuse("the archive has a path that leads out of it: " + quoted_excerpt(path));
        if (!part.empty() && part != ".")
            clean += (clean.empty() ? "" : "/") + std::string(part);
        at = slash + 1;
    }
    return clean;
}

const char *why_not(archive_entry *entry) {
    if (archive_entry_hardlink(entry))
        return "a hard link";
    switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
        return nullptr;
    case AE_IFLNK:
        return "a symbolic link";
    default:
        return "not a regular file";
    }
}

[[noreturn]] void refuse_file(std::string const &path, std::uint64_t most) {
    refuse_size("file " + quoted_excerpt(path) + " of the archive has", most);
}

// Reserves the size in the header, since copying a large text to a larger place is something that nothing interrupts.
// But counts what comes: that size may be a lie.
std::string content_of(Unpacked &unpacked, archive *reader, archive_entry *entry, std::string const &path,
                       std::uint64_t most) {
    std::uint64_t const declared = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
    if (declared > most)
        refuse_file(path, most);
    std::string content;
    content.reserve(static_cast<std::size_t>(declared));
    for (;;) {
        const void *block = nullptr;
        std::size_t size = 0;
        la_int64_t offset = 0;
        check_for_interrupts();
        if (unpacked.check(archive_read_data_block(reader, &block, &size, &offset), reader) == ARCHIVE_EOF)
            return content;
        // A sparse file has holes.
        if (offset < 0 || static_cast<std::uint64_t>(offset) < content.size() ||
            static_cast<std::uint64_t>(offset) > most || most - static_cast<std::uint64_t>(offset) < size)
            refuse_file(path, most);
        content.resize(static_cast<std::size_t>(offset), '\0');
        content.append(static_cast<const char *>(block), size);
    }
}

// The library takes the end of its input for the end of the archive, so a truncated one would go unnoticed. A whole one
// ends with two blocks of zeros.
void require_end(std::string_view bytes) {
    constexpr std::size_t end = 1024;
    if (bytes.empty())
        refuse("the archive is empty");
    if (is_gzip(bytes)) // it has a trailer of its own
        return;
    if (bytes.size() < end || bytes.substr(bytes.size() - end).find_first_not_of('\0') != std::string_view::npos)
        refuse("the archive is truncated, or is not a tar archive");
}

} // namespace

void read_tar(std::string_view bytes, TarLimits const &limits, TarEntryWanted const &wanted, TarFileRead const &read) {
    require_end(bytes);
    Unpacked unpacked(bytes, limits.unpacked_bytes);
    Reader const reader = new_reader();
    unpacked.open(reader.get());
    std::uint64_t total = 0;
    for (std::size_t entries = 0;; ++entries) {
        archive_entry *entry = nullptr;
        check_for_interrupts();
        if (unpacked.check(archive_read_next_header(reader.get(), &entry), reader.get()) == ARCHIVE_EOF)
            return;
        if (entries == limits.entries)
            throw Failure(sqlstate::program_limit,
                          "the archive has more than " + std::to_string(limits.entries) + " entries",
                          "Nothing was loaded.", "Load the directory in parts.");
        TarEntry const found{path_of(entry), why_not(entry)};
        if (archive_entry_filetype(entry) == AE_IFDIR || found.path.empty() || !wanted(found) || found.why_not)
            continue;
        std::string content = content_of(unpacked, reader.get(), entry, found.path, limits.file_bytes);
        total += content.size();
        if (total > limits.total_bytes)
            refuse_size("the files of the archive have", limits.total_bytes);
        read(found.path, std::move(content));
    }
}

} // namespace mig
