#include "server/load/readable.hpp"

#include "server/parse/lexing.hpp"

extern "C" {
#include "utils/errcodes.h"
}

namespace mig::server {

// Besides syntax errors: invalid escapes and Unicode (class 22), and syntax that is not supported, such as CREATE
// ASSERTION (0A).
bool is_text_error(pg::Error const &error) {
    int const category = ERRCODE_TO_CATEGORY(error.sqlstate());
    return category == ERRCODE_TO_CATEGORY(ERRCODE_SYNTAX_ERROR) ||
           category == ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION) ||
           category == ERRCODE_TO_CATEGORY(ERRCODE_FEATURE_NOT_SUPPORTED);
}

Lexer lexer() {
    auto const read = [](std::string_view text, std::string const &path, std::uint32_t first_line) {
        return lex(text, path, first_line);
    };
    return {read, [=](std::string_view text, std::string const &path, std::uint32_t first_line, std::string &why) {
                return try_read(why, [&] { return read(text, path, first_line); });
            }};
}

} // namespace mig::server
