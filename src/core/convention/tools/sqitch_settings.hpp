// Sqitch's own settings, sqitch.conf: where the plan and the scripts are.
#pragma once

#include "core/migration/source_file.hpp"

namespace mig {

// The scripts of one kind: deploy, revert or verify.
struct SqitchScripts {
    std::string directory;          // ends with '/', or is empty
    std::string reworked_directory; // of changes that were reworked later
};

// Paths are those of SourceFile.
struct SqitchSettings {
    SourceFile const *file = nullptr; // the settings; null: there are none, these are the defaults
    std::string directory;            // where the file is; all paths are below it. Ends with '/', or is empty
    std::string plan;
    SqitchScripts deploy, revert, verify;
    std::string ending; // of scripts, with the period: ".sql"
};

// "db/" for "db/sqitch.plan"; empty at the top.
std::string_view directory_of(std::string_view path);

// Null if there is no file with that path.
SourceFile const *file_at(std::string_view path, std::vector<SourceFile> const &files);

// The settings of a directory: those at its top, or the only ones below it. Null if there are none, or several.
SourceFile const *sqitch_settings_file(std::vector<SourceFile> const &files);

// As Sqitch 1.3.1 reads them for PostgreSQL: a value comes from the target, else the engine, else the core. Failure
// malformed_file with file, and line if there is one: not a setting, an engine other than PostgreSQL, a path that leads
// out of the directory.
SqitchSettings sqitch_settings(SourceFile const &file);

// The defaults, for a plan without settings.
SqitchSettings default_sqitch_settings(std::string const &plan);

} // namespace mig
