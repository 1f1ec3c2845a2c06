// The way from C++ into the server. An ERROR raised below becomes pg::Error; nothing longjmps over a destructor.
//
// Rules:
// - Only PODs between the guard and the server's function. Convert to const char * or Datum before.
// - Macros call functions: PG_GETARG_TEXT_PP detoasts, CHECK_FOR_INTERRUPTS cancels, ereport(NOTICE) allocates.
//   Evaluate them inside guarded(); the arguments of call<>() are evaluated outside it.
// - Code inside guarded() must not throw. As guarded() itself throws, one must not be inside another, unless there is a
//   boundary between them.
// - A caught pg::Error must be rethrown, or a subtransaction that began before the call must be rolled back. An ERROR
//   leaves locks, pins and buffers that only an abort releases.
// - A cancel is never turned into a result: see Error::must_propagate().
#pragma once

#include "bridge/postgres.hpp"
#include "core/base/failure.hpp"

namespace mig::pg {

// An ERROR of the server. Owns a copy of its ErrorData, in a memory context of its own.
class Error final : public AnyError {
  public:
    Error(MemoryContext box, ErrorData *data) noexcept : box_(box), data_(data) {}
    Error(Error &&other) noexcept : box_(std::exchange(other.box_, nullptr)), data_(other.data_) {}
    Error(Error const &) = delete;
    Error &operator=(Error const &) = delete;
    Error &operator=(Error &&) = delete;
    ~Error() override {
        if (box_)
            MemoryContextDelete(box_);
    }

    const char *what() const noexcept override { return data_->message ? data_->message : "error"; }
    int sqlstate() const noexcept { return data_->sqlerrcode; }
    // Points to a static buffer.
    const char *sqlstate_text() const noexcept override { return unpack_sql_state(data_->sqlerrcode); }
    const char *detail_text() const noexcept override { return data_->detail ? data_->detail : ""; }
    const char *hint_text() const noexcept override { return data_->hint ? data_->hint : ""; }
    const char *context_text() const noexcept override { return data_->context ? data_->context : ""; }
    // The untranslated format string, which identifies the error whatever lc_messages is.
    const char *message_id() const noexcept { return data_->message_id ? data_->message_id : ""; }
    bool is_message(const char *id) const noexcept { return std::strcmp(message_id(), id) == 0; }
    // The position in the parsed text, in characters from 1; 0: none.
    int position() const noexcept { return data_->cursorpos; }
    // These copy the texts, and throw Error when out of memory.
    void set_hint(std::string const &hint) override;
    void set_message(std::string const &message);
    void add_detail(std::string const &detail); // appended as a line
    void add_context(std::string const &line) override;
    void set_sqlstate(int sqlstate) noexcept { data_->sqlerrcode = sqlstate; }
    // Also clears the position: the prefix names the place.
    void prefix_message(std::string const &prefix);
    // A cancel, a shutdown, or out of memory: nobody may swallow these.
    bool must_propagate() const noexcept override;

    // Hands the record over for a rethrow; from then on it belongs to `heir`.
    ErrorData *release(MemoryContext heir) noexcept {
        MemoryContextSetParent(std::exchange(box_, nullptr), heir);
        return data_;
    }

  private:
    MemoryContext box_;
    ErrorData *data_;
};

// Null for a Failure of our own.
inline Error *as_error(AnyError &error) noexcept { return dynamic_cast<Error *>(&error); }
inline Error const *as_error(AnyError const &error) noexcept { return dynamic_cast<Error const *>(&error); }

namespace detail {
// The one place that sets a jump target. True when thunk(arg) returned, false when it raised an ERROR.
[[nodiscard, gnu::noinline]] bool try_c(void (*thunk)(void *), void *arg) noexcept;
// Throws the error on top of the server's error stack as a pg::Error, with `back_to` as the current memory context.
[[noreturn]] void raise_current(MemoryContext back_to);

// With assertions, guards check that they are not nested even when no ERROR occurs: see guard.cpp.
#ifdef USE_ASSERT_CHECKING
void require_no_guarded_frame();
#else
inline void require_no_guarded_frame() {}
#endif
} // namespace detail

// Runs a body that calls the server, and throws pg::Error for an ERROR. The body's frame holds PODs only; objects are
// captured by reference.
template <class Body>
[[nodiscard]] auto guarded(Body &&body) -> decltype(body()) {
    using Result = decltype(body());
    MemoryContext const back_to = CurrentMemoryContext;
    detail::require_no_guarded_frame();
    if constexpr (std::is_void_v<Result>) {
        if (!detail::try_c([](void *p) { (*static_cast<std::remove_reference_t<Body> *>(p))(); }, &body))
            detail::raise_current(back_to);
    } else {
        static_assert(std::is_trivially_copyable_v<Result>, "only PODs may cross a guarded frame");
        struct {
            std::remove_reference_t<Body> *body;
            Result result;
        } frame{&body, {}};
        auto const thunk = [](void *p) {
            auto *f = static_cast<decltype(frame) *>(p);
            f->result = (*f->body)();
        };
        if (!detail::try_c(thunk, &frame))
            detail::raise_current(back_to);
        return frame.result;
    }
}

// Calls one server function: call<get_rel_name>(oid).
template <auto Function, class... Args>
[[nodiscard]] auto call(Args... args) -> decltype(Function(args...)) {
    static_assert((std::is_trivially_copyable_v<Args> && ...), "only PODs may cross a guarded frame");
    return guarded([&] { return Function(args...); });
}

// For destructors: an ERROR becomes a WARNING with this message, and the caller continues.
template <class Body>
void guarded_or_warn(const char *message, Body &&body) noexcept {
    if (!detail::try_c([](void *p) { (*static_cast<std::remove_reference_t<Body> *>(p))(); }, &body)) {
        FlushErrorState();
        struct Text {
            const char *message;
        } text{message};
        (void) detail::try_c([](void *p) { ereport(WARNING, errmsg_internal("%s", static_cast<Text *>(p)->message)); },
                             &text);
    }
}

void check_for_interrupts();

// Defers cancel and termination. An ERROR meanwhile ends this early, as errfinish() resets InterruptHoldoffCount.
class [[nodiscard]] HoldInterrupts {
  public:
    HoldInterrupts() { HOLD_INTERRUPTS(); }
    ~HoldInterrupts() {
        if (InterruptHoldoffCount > 0)
            RESUME_INTERRUPTS();
    }
    HoldInterrupts(HoldInterrupts const &) = delete;
    HoldInterrupts &operator=(HoldInterrupts const &) = delete;
};

} // namespace mig::pg
