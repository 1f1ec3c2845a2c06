// From files or texts to stored migrations: convention, sections, grammar, checksums.
#pragma once

#include "core/convention/convention.hpp"
#include "server/load/source_files.hpp"
#include "server/store/migration_store.hpp"

namespace mig::server {

// A migration that is passed as texts, without files.
struct ClientTexts {
    std::string_view version, name, up;
    std::optional<std::string_view> down, verify;
};
// Failure invalid_text, or syntax_error naming the text, line and column.
Stored load_text(std::string_view module, ClientTexts const &texts);

struct FileResult {
    std::optional<std::string> version, name;
    // added, changed, unchanged, renamed (it has another version now), absent (its file is gone, or a changeset was
    // removed from its file), ignored (a file that is not loaded)
    std::string action;
    std::string source;
    std::optional<std::string> reason; // why it was ignored, is irreversible, renamed or absent
};

// The arguments of a load, other than the files.
struct LoadOptions {
    std::string module;
    std::string convention; // a name, or auto
    Placeholders placeholders;
    bool keep_absent = false; // the files are not all that there are
    bool strict = false;      // an error: a .sql file that is not loaded, a migration that has run and has no file
};

// Loads all migrations in the files, which are all that the module has. Returns them in the order in which they would
// run, followed by the migrations without a file and the files that were ignored. Failure invalid_parameter (unknown
// convention), duplicate_version, syntax_error and malformed_file, the last two with file, line and column;
// undefined_file: there is no migration among them; as of server/load/whole_set.hpp.
std::vector<FileResult> load_files(LoadOptions const &options, SourceFiles const &files);

// Loads a single file. If the convention has a file for each body of a migration, the file joins those that are loaded
// already. Failure unknown_version for a down file without a loaded up file.
std::vector<FileResult> load_one_file(LoadOptions const &options, SourceFiles const &file);

// Failure invalid_parameter unless it is auto or the name of a convention.
void require_known_convention(std::string const &name);

// Failure invalid_parameter if the length is wrong.
void require_valid_module(std::string_view module);

} // namespace mig::server
