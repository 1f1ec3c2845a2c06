#include "bridge/report.hpp"

namespace mig::pg {

void notice(std::string const &message) {
    const char *text = message.c_str();
    guarded([&] { ereport(NOTICE, errmsg("%s", text)); });
}

void notice(std::string const &message, std::string const &detail, std::string const &hint) {
    const char *text = message.c_str(), *more = detail.c_str(), *advice = hint.c_str();
    guarded([&] {
        ereport(NOTICE, errmsg("%s", text), *more ? errdetail_internal("%s", more) : 0,
                *advice ? errhint("%s", advice) : 0);
    });
}

void warning(std::string const &message) {
    const char *text = message.c_str();
    guarded([&] { ereport(WARNING, errmsg("%s", text)); });
}

void warning(std::string const &message, std::string const &hint) {
    const char *text = message.c_str(), *advice = hint.c_str();
    guarded([&] { ereport(WARNING, errmsg("%s", text), *advice ? errhint("%s", advice) : 0); });
}

void warning(std::string const &message, std::string const &detail, std::string const &hint) {
    const char *text = message.c_str(), *more = detail.c_str(), *advice = hint.c_str();
    guarded([&] { ereport(WARNING, errmsg("%s", text), errdetail_internal("%s", more), errhint("%s", advice)); });
}

void log_statement(const char *sql, const char *where) {
    ereport(LOG, errmsg("statement: %s", sql), errdetail_internal("%s", where), errhidestmt(true),
            errhidecontext(true));
}

void log_unaudited(const char *sql) {
    ereport(LOG, errmsg("statement of a migration that pgaudit does not see: %s", sql), errhidestmt(true));
}

ContextFrame::ContextFrame() : frame_{error_context_stack, callback, this} { error_context_stack = &frame_; }

ContextFrame::~ContextFrame() { error_context_stack = frame_.previous; }

// Runs inside errfinish(): no C++ object, nothing that throws. The position is moved from the client's query to an
// internal query, as PL/pgSQL and SPI do.
void ContextFrame::callback(void *self) {
    auto const *context = static_cast<ContextFrame const *>(self);
    if (context->source_) {
        int const position = geterrposition();
        if (position > 0) {
            errposition(0);
            internalerrposition(position);
            internalerrquery(context->source_);
        }
    }
    if (context->line_)
        errcontext("%s", context->line_);
}

} // namespace mig::pg
