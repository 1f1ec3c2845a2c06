// The files of a load in memory: from a directory of the server, from an archive, or one from a client.
#pragma once

#include "core/migration/source_file.hpp"

#include <deque>
#include <vector>

namespace mig::server {

class SourceFiles {
  public:
    // Only what some convention reads is read, and the rest are not_taken(). Failure of server/load/directory.hpp,
    // bad_encoding naming the file, program_limit.
    static SourceFiles of_directory(std::string const &path);
    // Failure of core/migration/tar.hpp, bad_encoding, program_limit.
    static SourceFiles of_archive(std::string_view archive);
    // In the encoding of the database already.
    static SourceFiles of_client(std::string_view path, std::string_view content);

    SourceFiles(SourceFiles &&) = default;

    std::vector<SourceFile> const &files() const { return files_; } // sorted by path
    std::vector<NotTaken> const &not_taken() const { return not_taken_; }

  private:
    SourceFiles() = default;
    // False, and noted why, for what is not to be read.
    bool wants(std::string const &path, std::string const &why_not);
    void add(std::string const &path, std::string bytes);
    void keep(std::string_view path, std::string content, std::string raw_checksum);
    void sort();
    // What settings that were read say of the others; `read(paths)` reads them, calling fill().
    template <class Read>
    void read_rest(Read const &read);
    void fill(std::string const &path, std::string bytes);

    std::deque<std::string> contents_; // elements stay where they are
    std::vector<SourceFile> files_;
    std::vector<NotTaken> not_taken_;
    std::size_t bytes_ = 0;
};

} // namespace mig::server
