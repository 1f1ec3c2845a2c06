// From files or texts to stored migrations: convention, sections, grammar, checksums.
#pragma once

#include "core/convention/convention.hpp"
#include "server/load/source_files.hpp"
#include "server/store/migration_store.hpp"

namespace mig::server {

// Two or three texts without a file. Failure invalid_text, syntax_error naming the text, line and column.
struct TextsOfClient {
    std::string_view version, name, up;
    std::optional<std::string_view> down, verify;
};
Stored load_text(std::string_view module, TextsOfClient const &texts);

struct FileResult {
    std::optional<std::string> version, name;
    // added, changed, unchanged, skipped; of a changeset also renamed (it has another version now), absent (forgotten)
    std::string action;
    std::string source;
    std::optional<std::string> reason; // why it was skipped, is irreversible, renamed or absent
};

struct Reader {
    std::string module;
    std::string convention; // or auto
    Placeholders placeholders;
};

// Everything that is among the files, in the order in which it would run; first what was taken, then what was not.
// Failure invalid_parameter (unknown convention), syntax_error and malformed_file with file, line and column,
// duplicate_version.
std::vector<FileResult> load_files(Reader const &reader, SourceFiles const &files);

// One file. Where the bodies of a migration are in files of their own, it joins what is loaded of the others; Failure
// unknown_version for a down file that comes before its up file.
std::vector<FileResult> load_one_file(Reader const &reader, SourceFiles const &file);

// Failure invalid_parameter: neither auto nor the name of a convention.
void require_known_convention(std::string const &name);

// Failure invalid_parameter.
void require_valid_module(std::string_view module);

} // namespace mig::server
