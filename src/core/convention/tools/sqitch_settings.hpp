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
    SourceFile const *file = nullptr; // that says so; null: there is none
    std::string directory;            // that it is in, and what it says is below: ends with '/', or is empty
    std::string plan;
    SqitchScripts deploy, revert, verify;
    std::string ending; // of scripts: ".sql"
};

// "db/" of "db/sqitch.plan"; empty: at the top.
std::string_view directory_of(std::string_view path);

// Null: there is none of that path.
SourceFile const *file_at(std::string_view path, std::vector<SourceFile> const &files);

// The settings that count for a directory: at its top, or the only ones below. Null: there are none, or several.
SourceFile const *sqitch_settings_file(std::vector<SourceFile> const &files);

// As Sqitch 1.3.1 takes them for PostgreSQL: of the target, else of the engine, else of the core. Failure
// malformed_file with file, and line where there is one: what is no setting, an engine other than PostgreSQL, a path
// that leads out of the directory.
SqitchSettings sqitch_settings(SourceFile const &file);

// Where none are said, for a plan.
SqitchSettings default_sqitch_settings(std::string const &plan);

} // namespace mig
