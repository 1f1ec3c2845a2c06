// A directory tree on the server's disk.
#pragma once

#include "server/load/descriptor.hpp"

#include <string>
#include <vector>

namespace mig::server {

class Directory {
  public:
    struct Item {
        std::string path;        // relative to the directory
        std::string why_skipped; // empty: a file that can be read
    };

    // `path` is absolute or relative to the data directory. Lists the files below it. Hidden directories, links that
    // lead out of the directory and the like are items with why_skipped. Failure undefined_file or io_error.
    explicit Directory(std::string const &path);

    std::vector<Item> const &items() const { return items_; } // sorted by path
    std::string read(std::string const &path) const;          // Failure io_error, program_limit

  private:
    Descriptor open(std::string const &path) const;
    void walk(std::string const &relative, int depth);
    void add(std::string const &relative, int depth);
    std::string const root_;      // resolved
    Descriptor const descriptor_; // of root_: files are opened relative to it, whatever takes that path meanwhile
    std::vector<Item> items_;
};

} // namespace mig::server
