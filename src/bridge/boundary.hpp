// The way from the server into C++. Every entry point goes through a boundary: SQL functions, hooks, callbacks. An
// exception thrown inside leaves as ereport(ERROR), raised when no catch block is open and no C++ object is alive in
// the frame.
#pragma once

#include "bridge/guard.hpp"
#include "core/base/failure.hpp"

extern "C" {
#include "fmgr.h"
}

namespace mig::pg {

// An exception on its way out, as PODs in the memory context that was current on entry.
struct Pending {
    ErrorData *record; // for a pg::Error; for any other exception, null and:
    int sqlstate;
    const char *message, *detail, *hint, *context;
};

// Saves the exception being handled: call it inside catch (...) only. Never throws, never longjmps.
void stash(Pending &pending, MemoryContext entry) noexcept;
// Raises it as an ERROR, once the catch block has been left.
[[noreturn]] void emit(Pending const &pending);

namespace detail {
// Calls body(arg), which may throw. With assertions, an ERROR that arrives here has crossed C++ frames: see guard.cpp.
#ifdef USE_ASSERT_CHECKING
void in_cpp(const char *function, void (*body)(void *), void *arg);
#endif
} // namespace detail

// Calls Function(args...), checked as above where assertions are enabled.
template <auto Function, class... Args>
auto in_cpp(Args... args) -> decltype(Function(args...)) {
#ifdef USE_ASSERT_CHECKING
    using Result = decltype(Function(args...));
    if constexpr (std::is_void_v<Result>) {
        auto body = [&] { Function(args...); };
        detail::in_cpp(
            __PRETTY_FUNCTION__, [](void *p) { (*static_cast<decltype(body) *>(p))(); }, &body);
    } else {
        Result result{};
        auto body = [&] { result = Function(args...); };
        detail::in_cpp(
            __PRETTY_FUNCTION__, [](void *p) { (*static_cast<decltype(body) *>(p))(); }, &body);
        return result;
    }
#else
    return Function(args...);
#endif
}

// Calls Function(args...), which may throw. The arguments are PODs, as no destructor runs when emit() longjmps. Before
// that, the server's handlers and error context are reset to those at entry, as PG_CATCH() does, and so is the memory
// context.
template <auto Function, class... Args>
auto boundary(Args... args) -> decltype(Function(args...)) {
    MemoryContext const entry = CurrentMemoryContext;
    auto *const handlers = PG_exception_stack;
    auto *const context = error_context_stack;
    Pending pending{};
    try {
        return in_cpp<Function>(args...);
    } catch (...) {
        stash(pending, entry);
    }
    PG_exception_stack = handlers;
    error_context_stack = context;
    MemoryContextSwitchTo(entry);
    emit(pending);
}

} // namespace mig::pg

// PGDLLEXPORT is empty before PostgreSQL 16, and everything else is compiled with hidden visibility.
#define MIG_EXPORT_BEGIN _Pragma("GCC visibility push(default)") extern "C" {
#define MIG_EXPORT_END                                                                                                 \
    }                                                                                                                  \
    _Pragma("GCC visibility pop")

// MIG_FUNCTION(migrator_apply) { ... return Datum; } defines an SQL function whose body may throw.
#define MIG_FUNCTION(name)                                                                                             \
    MIG_EXPORT_BEGIN PG_FUNCTION_INFO_V1(name);                                                                        \
    MIG_EXPORT_END                                                                                                     \
    static Datum name##_body(FunctionCallInfo fcinfo);                                                                 \
    extern "C" Datum name(PG_FUNCTION_ARGS) { return mig::pg::boundary<name##_body>(fcinfo); }                         \
    static Datum name##_body([[maybe_unused]] FunctionCallInfo fcinfo)
