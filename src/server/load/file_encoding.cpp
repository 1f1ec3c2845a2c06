#include "server/load/file_encoding.hpp"

#include "bridge/guard.hpp"
#include "core/base/failure.hpp"
#include "core/text/lexed.hpp"
#include "core/text/text.hpp"
#include "server/db/scratch_memory.hpp"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace mig::server {

namespace {

std::string hexadecimal(char byte) {
    auto const value = static_cast<unsigned char>(byte);
    return {'0', 'x', "0123456789abcdef"[value >> 4], "0123456789abcdef"[value & 15]};
}

[[noreturn]] void refuse(std::string const &bytes, std::size_t at, std::string const &source, int encoding) {
    throw Failure(sqlstate::bad_encoding,
                  source + ", line " + std::to_string(line_at(bytes, at)) + ": invalid byte sequence for encoding \"" +
                      pg_encoding_to_char(encoding) + "\": " + hexadecimal(bytes[at]),
                  "Nothing was loaded.",
                  encoding == PG_UTF8 ? "Save the file as UTF-8."
                                      : "Save the file in the encoding of the database, or as UTF-8 with a byte order "
                                        "mark.");
}

} // namespace

std::string to_database_encoding(std::string bytes, std::string const &source) {
    bool const marked = std::string_view(bytes).substr(0, byte_order_mark.size()) == byte_order_mark;
    int const database = GetDatabaseEncoding(), encoding = marked ? PG_UTF8 : database;
    std::size_t const begin = marked ? byte_order_mark.size() : 0;
    const char *const from = bytes.c_str() + begin;
    int const length = static_cast<int>(bytes.size() - begin);
    // The length of the longest valid prefix.
    int const valid = pg::guarded([=] { return pg_encoding_verifymbstr(encoding, from, length); });
    if (valid < length)
        refuse(bytes, begin + static_cast<std::size_t>(valid), source, encoding);
    if (encoding == database || database == PG_SQL_ASCII) { // to which the server does not convert
        bytes.erase(0, begin);
        return bytes; // a move, which returning the result of erase() would not be
    }
    try {
        ScratchMemory const scratch("migrator file conversion");
        return scratch.run([=] { return static_cast<const char *>(pg_any_to_server(from, length, PG_UTF8)); });
    } catch (pg::Error &error) { // a character that the database cannot hold
        error.prefix_message(source + ": ");
        throw;
    }
}

std::string displayable(std::string const &path) {
    const char *const chars = path.c_str();
    int const length = static_cast<int>(path.size());
    bool const valid =
        pg::guarded([=] { return pg_encoding_verifymbstr(GetDatabaseEncoding(), chars, length); }) == length;
    std::string result;
    for (char const c : path) {
        auto const byte = static_cast<unsigned char>(c);
        bool const control = byte < ' ' || byte == 0x7f;
        result += control || (byte >= 0x80 && !valid) ? "\\" + hexadecimal(c).substr(1) : std::string(1, c);
    }
    return result;
}

} // namespace mig::server
