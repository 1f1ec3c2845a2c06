// A file as it came from a directory of the server, an archive or a client.
#pragma once

#include "core/base/failure.hpp"
#include "core/text/lexed.hpp"

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace mig {

struct SourceFile {
    std::string path;              // below the directory that is loaded, with '/'
    std::string_view content;      // in the encoding of the database, without a byte order mark; see is_read()
    std::string raw_checksum = {}; // SHA-256 of the bytes as they came
};

// False: only its name is known, because files with such a name are not read.
inline bool is_read(SourceFile const &file) { return file.content.data() != nullptr; }

// A file that is not loaded, and why.
struct SkippedFile {
    std::string path, why;
    bool as_its_tool = false; // the tool leaves it out too; otherwise it may be a slip
};

// The server's scanner.
class Lexer {
  public:
    // Throws for a text that it cannot read, naming `path`, the line (which counts from `first_line`) and the column.
    using Read = std::function<Lexed(std::string_view text, std::string const &path, std::uint32_t first_line)>;
    // Returns nothing, with the message in `why`, if the text itself is to blame. Throws other errors.
    using Try = std::function<std::optional<Lexed>(std::string_view text, std::string const &path,
                                                   std::uint32_t first_line, std::string &why)>;

    Lexer(Read read, Try attempt) : read_(std::move(read)), try_(std::move(attempt)) {}
    // From a function that takes no line and throws Failure syntax_error for what it cannot read.
    template <class Plain, class = std::enable_if_t<std::is_invocable_v<Plain, std::string_view, std::string const &>>>
    Lexer(Plain plain) // NOLINT: such a function is a lexer
        : read_([plain](std::string_view text, std::string const &path, std::uint32_t) { return plain(text, path); }),
          try_([plain](std::string_view text, std::string const &path, std::uint32_t, std::string &why) {
              try {
                  return std::optional<Lexed>(plain(text, path));
              } catch (Failure const &failure) {
                  if (failure.state != std::string_view(sqlstate::syntax_error))
                      throw;
                  why = failure.message;
                  return std::optional<Lexed>();
              }
          }) {}

    Lexed operator()(std::string_view text, std::string const &path, std::uint32_t first_line = 1) const {
        return read_(text, path, first_line);
    }
    std::optional<Lexed> attempt(std::string_view text, std::string const &path, std::uint32_t first_line,
                                 std::string &why) const {
        return try_(text, path, first_line, why);
    }

  private:
    Read read_;
    Try try_;
};

} // namespace mig
