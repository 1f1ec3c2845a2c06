// The files of a load, in memory: from a directory of the server, an archive, or a single one from the client.
#pragma once

#include "core/migration/source_file.hpp"

#include <deque>
#include <vector>

namespace mig::server {

class SourceFiles {
  public:
    // Reads only files that some convention may read. Failure as of server/load/directory.hpp, bad_encoding naming the
    // file, program_limit.
    static SourceFiles from_directory(std::string const &path) { return from_directories({path}); }
    // The same for several, as if all files were in one. Failure duplicate_version for a path below two of them.
    static SourceFiles from_directories(std::vector<std::string> const &paths);
    // Failure as of core/migration/tar.hpp, bad_encoding, program_limit.
    static SourceFiles from_archive(std::string_view archive);
    // The content is in the encoding of the database already.
    static SourceFiles from_client(std::string_view path, std::string_view content);

    SourceFiles(SourceFiles &&) = default;

    std::vector<SourceFile> const &files() const { return files_; } // sorted by path
    std::vector<SkippedFile> const &skipped() const { return skipped_; }

  private:
    SourceFiles() = default;
    // Whether the file is to be read. If not, adds it to files_ by its name alone, or to skipped_.
    bool wants(std::string const &path, std::string const &why_skipped);
    void add(std::string const &path, std::string bytes);
    void add_text(std::string_view path, std::string content, std::string raw_checksum);
    enum class Origin : unsigned char { archive, directories };
    void sort(Origin origin);
    // Reads the files that settings name and no convention would read otherwise: read(paths) calls fill() for each.
    template <class Read>
    void read_rest(Read const &read);
    // Adds the bytes of a file that is in files_ by its name alone.
    void fill(std::string const &path, std::string bytes);

    std::deque<std::string> contents_; // a deque, because files_ views its elements
    std::vector<SourceFile> files_;
    std::vector<SkippedFile> skipped_;
    std::size_t bytes_ = 0;
};

} // namespace mig::server
