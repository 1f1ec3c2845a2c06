#include "bridge/guard.hpp"

#include <cstring>

extern "C" {
#include "utils/errcodes.h"
}

namespace mig::pg {

namespace {

struct Copy {
    MemoryContext box;
    ErrorData *data;
};

void copy_error(void *arg) {
    auto *copy = static_cast<Copy *>(arg);
    copy->box = AllocSetContextCreate(TopMemoryContext, "migrator error", ALLOCSET_SMALL_SIZES);
    MemoryContextSwitchTo(copy->box);
    copy->data = CopyErrorData();
}

} // namespace

namespace detail {

bool try_c(void (*thunk)(void *), void *arg) noexcept {
    volatile bool ok = true;
    PG_TRY();
    { thunk(arg); }
    PG_CATCH();
    { ok = false; }
    PG_END_TRY();
    return ok;
}

void raise_current(MemoryContext back_to) {
    Copy copy{};
    MemoryContextSwitchTo(back_to); // never copy while in ErrorContext
    bool const copied = try_c(copy_error, &copy);
    MemoryContextSwitchTo(back_to);
    FlushErrorState();
    if (!copied) {
        if (copy.box)
            MemoryContextDelete(copy.box);
        throw std::bad_alloc();
    }
    throw Error(copy.box, copy.data);
}

} // namespace detail

void Error::set_hint(std::string const &hint) {
    MemoryContext const box = box_;
    const char *const text = hint.c_str();
    data_->hint = guarded([=] { return MemoryContextStrdup(box, text); });
}

void Error::set_message(std::string const &message) {
    MemoryContext const box = box_;
    const char *const text = message.c_str();
    data_->message = guarded([=] { return MemoryContextStrdup(box, text); });
}

void Error::add_detail(std::string const &detail) {
    std::string const whole = data_->detail ? data_->detail + ("\n" + detail) : detail;
    MemoryContext const box = box_;
    const char *const text = whole.c_str();
    data_->detail = guarded([=] { return MemoryContextStrdup(box, text); });
}

void Error::prefix_message(std::string const &prefix) {
    set_message(prefix + what());
    data_->cursorpos = 0;
}

bool Error::must_propagate() const noexcept {
    switch (data_->sqlerrcode) {
    case ERRCODE_QUERY_CANCELED:
    case ERRCODE_ADMIN_SHUTDOWN:
    case ERRCODE_CRASH_SHUTDOWN:
    case ERRCODE_DATABASE_DROPPED:
        return true;
    case ERRCODE_OUT_OF_MEMORY:
        // The process's own, which may leave behind what only the end of the transaction mends: an entry of the lock
        // table without an owner, for one. Shared memory is another matter, and has another message.
        return data_->message_id && std::strcmp(data_->message_id, "out of memory") == 0;
    default:
        return false;
    }
}

void check_for_interrupts() {
    guarded([] { CHECK_FOR_INTERRUPTS(); });
}

} // namespace mig::pg
