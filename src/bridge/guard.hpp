// The way from C++ into the server. An ERROR raised below becomes pg::Error; nothing longjmps over a destructor.
//
// Rules:
// - Between the guard and the server's function: PODs only. Convert to const char * or Datum before.
// - Macros call functions: PG_GETARG_TEXT_PP detoasts, CHECK_FOR_INTERRUPTS cancels, ereport(NOTICE) allocates.
//   Evaluate them inside guarded(); the arguments of call<>() are evaluated outside it.
// - What runs inside guarded() must not throw, and guarded() does: there is none inside another, but behind a boundary.
// - A caught pg::Error has two ends: rethrow, or rollback of a subtransaction begun before the call. An ERROR leaves
//   locks, pins and buffers behind that only an abort gives back.
// - A cancel is never turned into a result: see Error::must_propagate().
#pragma once

#include "bridge/postgres.hpp"
#include "core/base/failure.hpp"

namespace mig::pg {

// Owns a whole ErrorData, in a memory context of its own.
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
    const char *sqlstate_text() const noexcept override { return unpack_sql_state(data_->sqlerrcode); } // a static buffer
    const char *detail_text() const noexcept override { return data_->detail ? data_->detail : ""; }
    const char *hint_text() const noexcept override { return data_->hint ? data_->hint : ""; }
    const char *context_text() const noexcept override { return data_->context ? data_->context : ""; }
    // The message before its arguments were put in, in English whatever the language: which error it is.
    const char *message_id() const noexcept { return data_->message_id ? data_->message_id : ""; }
    bool is_message(const char *id) const noexcept { return std::strcmp(message_id(), id) == 0; }
    // Where in the text that was parsed, in characters from 1; 0: nowhere.
    int position() const noexcept { return data_->cursorpos; }
    // The texts are copied; Error when memory is out.
    void set_hint(std::string const &hint) override;
    void set_message(std::string const &message);
    void add_detail(std::string const &detail); // behind what is there
    void add_context(std::string const &line) override;
    void set_sqlstate(int sqlstate) noexcept { data_->sqlerrcode = sqlstate; }
    // For a position that the message now tells: it is cleared.
    void prefix_message(std::string const &prefix);
    // Cancel, shutdown and an end of memory, which no one may swallow.
    bool must_propagate() const noexcept override;

    // Hands the record over for a rethrow: it then lives and dies with `heir`.
    ErrorData *release(MemoryContext heir) noexcept {
        MemoryContextSetParent(std::exchange(box_, nullptr), heir);
        return data_;
    }

  private:
    MemoryContext box_;
    ErrorData *data_;
};

// Null: it is a Failure of our own.
inline Error *as_error(AnyError &error) noexcept { return dynamic_cast<Error *>(&error); }
inline Error const *as_error(AnyError const &error) noexcept { return dynamic_cast<Error const *>(&error); }

namespace detail {
// The one place that sets a jump target. True when thunk(arg) returned, false when it raised an ERROR.
[[nodiscard, gnu::noinline]] bool try_c(void (*thunk)(void *), void *arg) noexcept;
[[noreturn]] void raise_current(MemoryContext back_to);

// A server with assertions checks the two laws of the bridge, whether an ERROR comes or not: see guard.cpp.
#ifdef USE_ASSERT_CHECKING
void require_no_guarded_frame();
#else
inline void require_no_guarded_frame() {}
#endif
} // namespace detail

// Runs a body that calls the server. The body captures by reference and its frame holds PODs only.
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

// One server function: call<get_rel_name>(oid).
template <auto Function, class... Args>
[[nodiscard]] auto call(Args... args) -> decltype(Function(args...)) {
    static_assert((std::is_trivially_copyable_v<Args> && ...), "only PODs may cross a guarded frame");
    return guarded([&] { return Function(args...); });
}

// For destructors: an ERROR becomes a WARNING and the caller goes on.
template <class Body>
void guarded_or_warn(const char *what, Body &&body) noexcept {
    if (!detail::try_c([](void *p) { (*static_cast<std::remove_reference_t<Body> *>(p))(); }, &body)) {
        FlushErrorState();
        struct Text {
            const char *what;
        } text{what};
        (void) detail::try_c([](void *p) { ereport(WARNING, errmsg_internal("%s", static_cast<Text *>(p)->what)); },
                             &text);
    }
}

void check_for_interrupts();

// Cancel and termination wait. An ERROR meanwhile ends it early: the server then forgets all holds.
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
