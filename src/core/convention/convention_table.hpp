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

namespace trait {
// of a file name
inline constexpr unsigned no_transaction = 1;
inline constexpr unsigned repeatable = 2;
inline constexpr unsigned snapshot = 4;
inline constexpr unsigned yields = 8;   // to another file of the same version
inline constexpr unsigned vague = 1024; // not enough to know a convention by
inline constexpr unsigned whole = 2048; // no section begins in it
// of a file name: of several conventions that explain all files it is this one; of a marker: no other tool has it
inline constexpr unsigned proof = 16;
// of a marker
inline constexpr unsigned required = 32;   // a file without it is none of the convention
inline constexpr unsigned first_line = 64; // counts there only
inline constexpr unsigned anywhere = 128;  // also in a literal: the tool sees it there
// of a convention, or of a file name
inline constexpr unsigned autocommit = 256; // the tool opens no transaction
// of a convention
// the tool runs a down body without a statement, and the migration is rolled back: any; only if it says something, a
// comment; only if it is not a file of 0 bytes; only if it says nothing; only if lines remain that do not begin with --
inline constexpr unsigned empty_down = 8192;
inline constexpr unsigned trims_down = 16384;
inline constexpr unsigned needs_bytes = 32768;
inline constexpr unsigned blank_down = 1u << 29;
inline constexpr unsigned drops_lines = 1u << 30;
inline constexpr unsigned archive = 65536;    // a file may be an archive of parts that begin with `-- NAME --`
inline constexpr unsigned many_in_file = 512; // a file holds several migrations; their versions begin with its path
inline constexpr unsigned one_directory = 1u << 20; // the tool reads no directories below
inline constexpr unsigned known_by_name = 1u << 21; // two of one version are two migrations
inline constexpr unsigned mixed = 1u << 22;         // pairs of files and single files are beside each other
inline constexpr unsigned modest = 1u << 23;        // a file that it alone explains says nothing beside others
inline constexpr unsigned pairs = 1u << 24;         // it is this one only if each way back has its migration
// of a convention: the order in which the tool runs its migrations, where that is not that of our versions
inline constexpr unsigned by_name = 4096;               // bytewise of whole names
inline constexpr unsigned by_text = 1u << 25;           // bytewise of versions
inline constexpr unsigned by_number = 1u << 26;         // of numbers, however long
inline constexpr unsigned by_moment = 1u << 27;         // of numbers; one of 17 digits is a date and time
inline constexpr unsigned by_leading_number = 1u << 28; // of what a name begins with, then of names; then the others
} // namespace trait

struct FilePattern {
    const char *form; // as match_name() takes it; the version of a repeatable or a snapshot begins as the name does
    Role role;
    unsigned traits = 0;
    const char *why = ""; // beside: why it is not loaded

    bool has(unsigned trait) const { return (traits & trait) != 0; }
};

enum class Says : unsigned char {
    up, // a section begins
    down,
    verify,
    heading, // it is a file of this convention, or of no meaning here
    name,    // the rest is the name
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
    unsigned traits = 0;
    const char *advice = ""; // refused: what to do now

    bool has(unsigned trait) const { return (traits & trait) != 0; }
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
    unsigned traits = 0;
    const char *option = ""; // behind a marker of a section: no transaction
    ToolSettings (*settings)(std::string_view text, std::string const &path) = nullptr; // of a settings file

    // What the table cannot say.
    Prepared (*prepare)(std::string_view text, Placeholders const &, std::string const &path) = nullptr;
    std::vector<MigrationText> (*read)(GroupReading const &) = nullptr;
    Arrangement (*arrange)(Convention const &, std::vector<SourceFile> const &) = nullptr;
    Prepared (*plain)(std::string_view text) = nullptr; // with comments of the server's in place of others
    // of an up file: the names of the files that its migration comes behind, without directory and ending
    std::vector<std::string> (*behind)(std::string_view text) = nullptr;

    bool has(unsigned trait) const { return (traits & trait) != 0; }
};

Range<Convention> conventions(); // in the order in which recognise() prefers them

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
