// Texts that may be such that nobody can read them.
#pragma once

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "core/migration/source_file.hpp"
#include "server/db/subtransaction.hpp"

namespace mig::server {

// Whether the text is at fault, not the server: what it refuses to read, or to make a statement of.
bool is_about_text(pg::Error const &error);

// `read()`; nothing where a text cannot be read, and in `why` the message.
template <class Read>
auto readable(std::string &why, Read &&read) -> std::optional<decltype(read())> {
    Subtransaction subtransaction;
    try {
        auto result = read();
        subtransaction.commit();
        return result;
    } catch (pg::Error const &error) {
        if (!is_about_text(error))
            throw;
        why = error.what();
    } catch (Failure const &failure) {
        if (failure.state != std::string_view(sqlstate::syntax_error))
            throw;
        why = failure.message;
    }
    subtransaction.roll_back();
    return std::nullopt;
}

// The server's scanner.
Lexer lexer();

} // namespace mig::server
