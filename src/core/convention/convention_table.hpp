// The fields of an entry in the table of conventions.
#pragma once

#include "core/convention/convention.hpp"
#include "core/convention/name_pattern.hpp"
#include "core/convention/tool_settings.hpp"

#include <bitset>

namespace mig {

// What a file holds.
enum class Role : unsigned char {
    up,
    down,
    verify,
    settings, // for the file or the directory next to it
    plan,     // the list of all migrations, in their order
    skipped,  // known to the tool, never loaded
};

// The order in which a tool runs its migrations.
enum class RunOrder : unsigned char {
    by_version,        // as version::compare() orders them
    by_name,           // whole names, bytewise: dbmate, Atlas, Prisma
    by_text,           // versions, bytewise: Diesel, popx
    by_number,         // versions as numbers of any length: most tools
    by_time,           // the same, but 17 digits are a date and time with milliseconds: node-pg-migrate
    by_leading_number, // the digits a name begins with, then the name; names without digits come last: sql-migrate
};

// Whether a tool runs a down body that contains no statement, and so rolls the migration back. Other tools take it for
// missing, or fail on it.
enum class EmptyDown : unsigned char {
    never,
    always,
    not_blank,         // if it has a comment: tern, Slonik
    not_empty,         // unless the file has 0 bytes: Diesel
    only_blank,        // if it has nothing but white space: Hasura and go-pg fail on a comment alone
    not_commented_out, // if any line does not begin with --: shmig
};

struct FilePattern {
    // A pattern for match_name(). The version of a repeatable or a snapshot keeps the literal prefix: `R__name`.
    const char *form;
    Role role;
    bool no_transaction = false;
    bool autocommit = false; // the tool opens no transaction
    bool repeatable = false;
    bool snapshot = false;
    bool no_sections = false; // the whole file is one body: markers of sections do not count
    bool yields = false;      // loaded only if there is no more specific file of the same version
    bool vague = false;       // too common a name to recognize a convention by
    bool proof = false;       // if several conventions explain all files, it is this one
    const char *why = "";     // skipped: why it is not loaded
};

enum class MarkerKind : unsigned char {
    up, // begins a section, like the next two
    down,
    verify,
    heading,         // identifies a file of the convention, or has no effect here
    name,            // the rest of the line is the migration's name
    statement_begin, // of a block that the tool executes as one statement
    statement_end,
    no_transaction,
    snapshot,
    refused, // a feature of the tool that is not supported
};

// A line comment, alone on its line.
struct Marker {
    // What follows its two dashes. Case does not matter. A blank matches one or more blanks, `~` any blanks and dashes
    // or nothing, `*` at the end anything, ` *` at the end nothing or a blank and anything.
    const char *words;
    MarkerKind kind;
    bool proof = false;      // no other tool has it
    bool required = false;   // a file without it does not belong to the convention
    bool first_line = false; // counts only on the first line
    bool anywhere = false;   // counts inside a literal too: the tool does not parse SQL
    const char *advice = ""; // refused: the HINT
};

template <class T>
struct Range {
    T const *first = nullptr;
    std::size_t count = 0;

    constexpr Range() = default;
    template <std::size_t N>
    constexpr Range(T const (&all)[N]) : first(all), count(N) {} // NOLINT: an array is a range
    constexpr T const *begin() const { return first; }
    constexpr T const *end() const { return first + count; }
};

// A file's text as rewritten for its convention; null: the file's own text is used.
using RewrittenText = std::shared_ptr<std::string const>;

// The arguments of read_group().
struct ReadGroupArguments {
    Convention const &convention;
    FileGroup const &group;
    Placeholders const &placeholders;
    Lexer const &lexer;
    std::vector<SkippedFile> &skipped;
};

struct Convention {
    const char *name;
    const char *shape; // of its file names, for messages
    Range<FilePattern> files;
    Range<Marker> markers = {};
    const char *option = ""; // a word after a section's marker that means: no transaction
    int preference = 0;      // if several explain all files, the least wins; no two are equal

    RunOrder order = RunOrder::by_version;
    EmptyDown runs_empty_down = EmptyDown::never;
    bool autocommit = false;    // the tool opens no transaction
    bool one_directory = false; // the tool does not read subdirectories
    bool known_by_name = false; // its history has whole names: two files with the same version are two migrations
    bool many_in_file = false;  // a file holds several migrations; their versions begin with its path
    bool archive = false;       // a file may be an archive, whose entries begin with `-- NAME --`
    bool mixed = false;         // pairs of up and down files may stand beside single files
    bool pairs = false;         // it is this one only if each down file has its up file
    bool weak = false;          // its names are common: a file that only it explains is no evidence beside others

    // What the flags above cannot express; null: the tool needs nothing special.
    // Whether the files belong to this tool, whatever else is among them.
    bool (*claims)(std::vector<SourceFile> const &) = nullptr;
    // Parses a settings file.
    ToolSettings (*settings)(std::string_view text, std::string const &path) = nullptr;
    // Rewrites a file's text before it is scanned: placeholders, separators.
    RewrittenText (*prepare)(std::string_view text, Placeholders const &, std::string const &path) = nullptr;
    // In place of what read_group() and arrange() do otherwise.
    std::vector<MigrationText> (*read)(ReadGroupArguments const &) = nullptr;
    Arrangement (*arrange)(Convention const &, std::vector<SourceFile> const &) = nullptr;
    // Replaces comments that the server's scanner does not know by those that it does.
    RewrittenText (*normalize)(std::string_view text) = nullptr;
    // The files that must run before the migration of an up file, by name without directory and extension.
    std::vector<std::string> (*dependencies)(std::string_view text) = nullptr;
};

// In the order of their preference. The rows are in core/convention/table, a file for each family of tools.
Range<Convention> conventions();

// A set of conventions, by their place in the table.
using ConventionSet = std::bitset<64>;

struct FoundFile {
    FilePattern const *pattern = nullptr; // null: not a file of the convention
    NameParts parts;
};

FoundFile find_file(Convention const &convention, std::string_view path);

bool is_body(Role role); // up, down or verify

// The conventions other than `except` that a file with this path looks like, by a name that is typical of them.
std::vector<Convention const *> conventions_matching(std::string_view path, Convention const *except);

} // namespace mig
