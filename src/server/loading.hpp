// From a text to a stored migration: sections, grammar, checksums.
#pragma once

#include "server/catalog.hpp"

namespace mig::server {

// A whole file in the home format, in the encoding of the database. `bytes`: as they came, for the raw checksum.
// Failure malformed_file or syntax_error with file, line and column.
Stored load_document(MigrationStore &store, std::string_view version, std::string_view name, std::string_view source,
                     std::string_view content, std::string_view bytes);

// Texts without a file.
Stored load_text(MigrationStore &store, std::string_view version, std::string_view name, std::string_view up,
                 std::optional<std::string_view> down, std::optional<std::string_view> verify);

// One file of a client: name and content.
struct FileResult {
    std::optional<std::string> version, name;
    std::string action; // added, changed, unchanged, skipped
    std::string source;
    std::optional<std::string> reason; // why it was skipped
};
FileResult load_client_file(std::string_view module, std::string_view file_name, std::string_view content);

// Every file below a directory of the server, in version order; first what was taken, then what was not.
std::vector<FileResult> load_directory(std::string_view module, std::string const &path, std::string_view convention);

// Failure invalid_parameter.
void require_valid_module(std::string_view module);

} // namespace mig::server
