// What is pending, what a rehearsal saw of it and what lint() says of it, written for a reader: a person (Markdown), a
// program (JSON), a code scanner (SARIF). All of it is in whatever encoding the values are in: what is added is ASCII.
#pragma once

#include "core/base/finding.hpp"
#include "core/conflict/rehearsed.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mig::report {

enum class Format : unsigned char { markdown, json, sarif };
// Failure invalid_parameter for another one.
Format format_named(std::string_view word);

// Where a statement is in its file: lines and columns from 1, the end just behind it.
struct Region {
    std::int32_t line = 1, column = 1, end_line = 1, end_column = 2;
};

struct Statement {
    Rehearsed seen; // what was planned, when it was not rehearsed
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
    bool utf8 = true; // the texts are
    std::vector<Migration> migrations;
    std::optional<Refusal> refusal;
    std::vector<Rule> rules;
};

std::string markdown(Report const &report);
std::string json(Report const &report);
std::string sarif(Report const &report);
std::string render(Format format, Report const &report);

// The file of a migration in its repository: the file name below the source root. Of one that was loaded as text, the
// name that its file would have.
std::string path_of(Report const &report, Migration const &migration);

} // namespace mig::report
