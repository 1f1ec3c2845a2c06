// What is pending, what a rehearsal observed and what lint() reports, written for a person (Markdown, text, HTML), a
// program (JSON) or a code scanner (SARIF). A report is in the encoding of the values in it: all else is ASCII.
#pragma once

#include "core/base/finding.hpp"
#include "core/conflict/rehearsed.hpp"
#include "core/conflict/touches.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mig::report {

enum class Format : unsigned char { markdown, text, html, json, sarif };
// Failure invalid_parameter if it is none of these.
Format format_named(std::string_view word);
const char *name_of(Format format) noexcept;

// Where a statement is in its file: lines and columns count from 1, the end is just after it.
struct Region {
    std::int32_t line = 1, column = 1, end_line = 1, end_column = 2;
};

struct Statement {
    Rehearsed seen; // only what is known without a rehearsal if there was none
    Region region = {};
};

struct Migration {
    std::string version, name;
    const char *kind = nullptr;        // static storage
    std::optional<std::string> source; // file name as it was loaded
    bool reversible = false, transactional = true;
    bool pending = true; // false: applied, and there is a finding about it
    std::vector<Statement> statements;
    std::vector<Finding> findings;
    std::vector<Silenced> allowed; // what its allow= directives keep from being findings
};

// Why there was no rehearsal.
struct Refusal {
    std::string message, sqlstate;
};

// How large a relation is that the migrations touch, in this database.
struct Relation {
    std::string name;                 // as in the locks
    std::int64_t bytes = 0;           // with its indexes, as of the last ANALYZE
    std::optional<std::int64_t> rows; // estimated; nothing: never analyzed
};

// A migration in the list of status().
struct Standing {
    std::string version, name;
    const char *status = nullptr, *kind = nullptr; // static storage
    bool reversible = false;
    std::optional<std::string> applied_at, detail; // ISO 8601, in UTC
};

struct Rule {
    const char *name, *hazard; // static storage
};

struct Report {
    std::string module;
    std::optional<std::string> target;
    std::string source_root; // directory of the sources in their repository
    std::string tool_version;
    std::optional<std::string> plan_token; // nothing: the plan is refused
    bool utf8 = true;                      // the encoding of the texts is UTF-8
    std::vector<Migration> migrations;
    std::vector<Conflict> conflicts; // each is also a finding of the later migration
    std::vector<Relation> relations;
    std::vector<Standing> status;
    std::optional<Refusal> refusal;
    std::vector<Rule> rules;
};

std::string markdown(Report const &report);
std::string text(Report const &report);
std::string html(Report const &report); // one file; what is not ASCII in it is text, in the encoding of the report
std::string json(Report const &report);
std::string sarif(Report const &report);
std::string render(Format format, Report const &report);

// The file of a migration in its repository: the file name below the source root. If it was loaded as text, the name
// that its file would have.
std::string path_of(Report const &report, Migration const &migration);

} // namespace mig::report
