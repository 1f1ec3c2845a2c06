// For reading texts that may be unreadable.
#pragma once

#include "bridge/report.hpp"
#include "core/base/failure.hpp"
#include "core/migration/source_file.hpp"
#include "server/db/subtransaction.hpp"

namespace mig::server {

// Whether the scanner or the grammar rejects the text, as opposed to any other error of the server.
bool is_text_error(pg::Error const &error);

// Returns read(). If the text cannot be read, returns nothing and sets `why` to the message. Runs in a subtransaction,
// which cleans up after the error.
template <class Read>
auto try_read(std::string &why, Read &&read) -> std::optional<decltype(read())> {
    Subtransaction subtransaction;
    try {
        auto result = read();
        subtransaction.commit();
        return result;
    } catch (pg::Error const &error) {
        if (!is_text_error(error))
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

// The server's scanner, for core.
Lexer lexer();

} // namespace mig::server
