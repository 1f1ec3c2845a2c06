// What an entry of the table of conventions says.
#pragma once

#include "core/convention/convention.hpp"
#include "core/convention/name_pattern.hpp"
#include "core/convention/tool_settings.hpp"

#include <bitset>

namespace mig {

// What a file is to its migration.
enum class Role : unsigned char {
    up,
    down,
    verify,
    settings, // of the file or the directory that it stands beside
    plan,     // the order of all
    beside,   // known and not loaded
};

// The order in which a tool runs its migrations.
enum class RunOrder : unsigned char {
    by_version,        // that of our versions
    by_name,           // bytewise of whole names
    by_text,           // bytewise of versions
    by_number,         // of numbers, however long
    by_moment,         // of numbers; one of 17 digits is a date and time
    by_leading_number, // of what a name begins with, then of names; then the others
};

// Whether a tool runs a down body without a statement, and the migration is rolled back.
enum class EmptyDown : unsigned char {
    never,
    always,
    not_blank,         // if it says something, a comment
    not_empty,         // if it is not a file of 0 bytes
    only_blank,        // if it says nothing
    not_commented_out, // if lines remain that do not begin with --
};

struct FilePattern {
    const char *form; // as match_name() takes it; the version of a repeatable or a snapshot begins as the name does
    Role role;
    bool no_transaction = false;
    bool autocommit = false; // the tool opens no transaction
    bool repeatable = false;
    bool snapshot = false;
    bool whole = false;   // no section begins in it
    bool yields = false;  // to another file of the same version
    bool vague = false;   // not enough to know a convention by
    bool proof = false;   // of several conventions that explain all files it is this one
    const char *why = ""; // beside: why it is not loaded
};

enum class Says : unsigned char {
    up, // a section begins
    down,
    verify,
    heading,         // it is a file of this convention, or of no meaning here
    name,            // the rest is the name
    statement_begin, // of a block that is one statement
    statement_end,
    no_transaction,
    snapshot,
    refused, // the tool has it, and we do not
};

// A line comment, alone on its line.
struct Marker {
    // What is behind its two dashes. Case does not matter, a blank stands for any number of them, `~` for blanks and
    // dashes or nothing, `*` at the end for anything, ` *` for nothing or a blank and anything.
    const char *words;
    Says says;
    bool proof = false;      // no other tool has it
    bool required = false;   // a file without it is none of the convention
    bool first_line = false; // counts there only
    bool anywhere = false;   // also in a literal: the tool sees it there
    const char *advice = ""; // refused: what to do now
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

// The text of a file to go on with, when it is not the file's own.
using Prepared = std::shared_ptr<std::string const>;

// What read_group() was called with.
struct GroupReading {
    Convention const &convention;
    FileGroup const &group;
    Placeholders const &placeholders;
    Lexer const &lexer;
    std::vector<NotTaken> &not_taken;
};

struct Convention {
    const char *name;
    const char *shape; // of its file names, for messages
    Range<FilePattern> files;
    Range<Marker> markers = {};
    const char *option = ""; // behind a marker of a section: no transaction
    int preference = 0;      // of those that explain all files it is the one with the least; no two have the same

    RunOrder order = RunOrder::by_version;
    EmptyDown runs_empty_down = EmptyDown::never;
    bool autocommit = false;    // the tool opens no transaction
    bool one_directory = false; // the tool reads no directories below
    bool known_by_name = false; // two of one version are two migrations
    bool many_in_file = false;  // a file holds several migrations; their versions begin with its path
    bool archive = false;       // a file may be an archive of parts that begin with `-- NAME --`
    bool mixed = false;         // pairs of files and single files are beside each other
    bool pairs = false;         // it is this one only if each way back has its migration
    bool modest = false;        // a file that it alone explains says nothing beside others

    // What the table cannot say.
    bool (*claims)(std::vector<SourceFile> const &) = nullptr; // it is this one, whatever else is among the files
    ToolSettings (*settings)(std::string_view text, std::string const &path) = nullptr; // of a settings file
    Prepared (*prepare)(std::string_view text, Placeholders const &, std::string const &path) = nullptr;
    std::vector<MigrationText> (*read)(GroupReading const &) = nullptr;
    Arrangement (*arrange)(Convention const &, std::vector<SourceFile> const &) = nullptr;
    Prepared (*plain)(std::string_view text) = nullptr; // with comments of the server's in place of others
    // of an up file: the names of the files that its migration comes behind, without directory and ending
    std::vector<std::string> (*behind)(std::string_view text) = nullptr;
};

// In the order in which recognise() prefers them. The rows are in core/convention/table, a file for each family of
// tools.
Range<Convention> conventions();

// A set of conventions, by their place in the table.
using ConventionSet = std::bitset<64>;

struct FoundFile {
    FilePattern const *pattern = nullptr; // none: no file of the convention
    NameParts parts;
};

FoundFile find_file(Convention const &convention, std::string_view path);

bool is_body(Role role); // up, down or verify

// The conventions, but `aside`, whose files alone are named like this one.
std::vector<Convention const *> named_alike(std::string_view path, Convention const *aside);

} // namespace mig
