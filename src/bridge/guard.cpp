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
    // Set before the copy is made, so that raise_current() can delete it if that fails.
    copy->box = AllocSetContextCreate(TopMemoryContext, "migrator error", ALLOCSET_SMALL_SIZES);
    MemoryContextSwitchTo(copy->box);
    copy->data = CopyErrorData();
}

} // namespace

#ifdef USE_ASSERT_CHECKING

// A server with assertions checks two laws of the bridge in everything that it runs:
// - No ERROR crosses C++ frames. Each boundary sets a jump target: whatever arrives there has skipped destructors.
// - No guard that throws runs within a guarded frame, which an exception must not leave. Frames are counted from the
//   innermost boundary. try_c() by itself does not throw, and may be used anywhere.
// Breaking one fails an assertion, with a TRAP in the log.
namespace {

int guarded_frames = 0;

struct CppFrames {
    sigjmp_buf *const handlers = PG_exception_stack;
    int const guarded = std::exchange(guarded_frames, 0);
    CppFrames() = default;
    CppFrames(CppFrames const &) = delete;
    CppFrames &operator=(CppFrames const &) = delete;
    ~CppFrames() {
        PG_exception_stack = handlers;
        guarded_frames = guarded;
    }
};

class GuardedFrame {
  public:
    GuardedFrame() noexcept { ++guarded_frames; }
    GuardedFrame(GuardedFrame const &) = delete;
    GuardedFrame &operator=(GuardedFrame const &) = delete;
    ~GuardedFrame() { guarded_frames = before_; }

  private:
    int const before_ = guarded_frames;
};

} // namespace

namespace detail {

void require_no_guarded_frame() { Assert(guarded_frames == 0); }

void in_cpp(const char *function, void (*body)(void *), void *arg) {
    CppFrames const frames;
    sigjmp_buf arrival;
    if (sigsetjmp(arrival, 0) != 0) {
        PG_exception_stack = nullptr;
        EmitErrorReport(); // shows which error it was, and where
        write_stderr("in %s\n", function);
        bool const error_crossed_cpp_frames = true;
        Assert(!error_crossed_cpp_frames);
    }
    PG_exception_stack = &arrival;
    body(arg);
}

} // namespace detail

#else

namespace {
struct GuardedFrame {
    GuardedFrame() noexcept {} // user-provided, so that an instance does not count as an unused variable
};
} // namespace

#endif

namespace detail {

bool try_c(void (*thunk)(void *), void *arg) noexcept {
    GuardedFrame const frame; // outside of PG_TRY: an ERROR does not skip its destructor
    volatile bool ok = true;  // volatile, as it changes between sigsetjmp() and its second return
    PG_TRY();
    { thunk(arg); }
    PG_CATCH();
    { ok = false; }
    PG_END_TRY();
    return ok;
}

void raise_current(MemoryContext back_to) {
    Copy copy{};
    MemoryContextSwitchTo(back_to); // from ErrorContext, in which CopyErrorData() must not be called
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

void Error::add_context(std::string const &line) {
    std::string const whole = data_->context ? data_->context + ("\n" + line) : line;
    MemoryContext const box = box_;
    const char *const text = whole.c_str();
    data_->context = guarded([=] { return MemoryContextStrdup(box, text); });
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
        // The process is out of memory. That may leave damage which only the end of the transaction repairs, such as an
        // entry of the lock table without an owner. "out of shared memory" is harmless and has another message.
        return data_->message_id && std::strcmp(data_->message_id, "out of memory") == 0;
    default:
        return false;
    }
}

void check_for_interrupts() {
    guarded([] { CHECK_FOR_INTERRUPTS(); });
}

} // namespace mig::pg
