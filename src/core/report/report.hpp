// What is pending, what a rehearsal observed and what lint() reports, written for a person (Markdown), a program (JSON)
// or a code scanner (SARIF). A report is in the encoding of the values in it: all else is ASCII.
#pragma once

#include "core/base/finding.hpp"
#include "core/conflict/rehearsed.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mig::report {

enum class Format : unsigned char { markdown, json, sarif };
// Failure invalid_parameter if it is none of these.
Format format_named(std::string_view word);

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
};

// Why there was no rehearsal.
struct Refusal {
    std::string message, sqlstate;
};

struct Rule {
    const char *name, *hazard; // static storage
};

struct Report {
    std::string module;
    std::optional<std::string> target;
    std::string source_root; // directory of the sources in their repository
    std::string tool_version;
    bool utf8 = true; // the encoding of the texts is UTF-8
    std::vector<Migration> migrations;
    std::optional<Refusal> refusal;
    std::vector<Rule> rules;
};

std::string markdown(Report const &report);
std::string json(Report const &report);
std::string sarif(Report const &report);
std::string render(Format format, Report const &report);

// The file of a migration in its repository: the file name below the source root. If it was loaded as text, the name
// that its file would have.
std::string path_of(Report const &report, Migration const &migration);

} // namespace mig::report
