#include "bridge/boundary.hpp"

#include <cstring>

namespace mig::pg {

namespace {

struct Texts {
    MemoryContext memory;
    const char *message, *detail, *hint, *context;
};

// The originals belong to the exception, which is destroyed at the end of the catch block.
void copy_texts(void *arg) {
    auto *texts = static_cast<Texts *>(arg);
    texts->message = MemoryContextStrdup(texts->memory, texts->message);
    texts->detail = *texts->detail ? MemoryContextStrdup(texts->memory, texts->detail) : nullptr;
    texts->context = *texts->context ? MemoryContextStrdup(texts->memory, texts->context) : nullptr;
    texts->hint = *texts->hint ? MemoryContextStrdup(texts->memory, texts->hint) : nullptr;
}

void stash_texts(Pending &pending, MemoryContext entry, const char *state, Texts texts) noexcept {
    texts.memory = entry;
    if (!detail::try_c(copy_texts, &texts)) {
        FlushErrorState();
        return; // emit() then raises what stash() began with: out of memory
    }
    pending.sqlstate = MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]);
    pending.message = texts.message;
    pending.detail = texts.detail;
    pending.hint = texts.hint;
    pending.context = texts.context;
}

} // namespace

void stash(Pending &pending, MemoryContext entry) noexcept {
    // This needs no memory, and is raised if copying anything better fails.
    pending = {nullptr, ERRCODE_OUT_OF_MEMORY, "out of memory", nullptr, nullptr, nullptr};
    try {
        throw; // cppcheck-suppress rethrowNoCurrentException ; called inside a catch block only
    } catch (Error &error) {
        pending.record = error.release(entry);
    } catch (Failure const &failure) {
        stash_texts(
            pending, entry, failure.state,
            {nullptr, failure.message.c_str(), failure.detail.c_str(), failure.hint.c_str(), failure.context.c_str()});
    } catch (std::bad_alloc const &) {
    } catch (std::exception const &other) {
        stash_texts(pending, entry, sqlstate::internal_error, {nullptr, other.what(), "", "", ""});
    } catch (...) {
        pending.sqlstate = ERRCODE_INTERNAL_ERROR;
        pending.message = "unknown exception";
    }
}

void emit(Pending const &pending) {
    if (pending.record)
        ReThrowError(pending.record);
    // As a literal, so that message_id is set as in the server's own error: Error::must_propagate() goes by it.
    if (std::strcmp(pending.message, "out of memory") == 0)
        ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"));
    ereport(ERROR, errcode(pending.sqlstate), errmsg("%s", pending.message),
            pending.detail ? errdetail("%s", pending.detail) : 0, pending.hint ? errhint("%s", pending.hint) : 0,
            pending.context ? errcontext("%s", pending.context) : 0);
    pg_unreachable();
}

} // namespace mig::pg
