// Preloaded into the server: see allocation.h.
#define _GNU_SOURCE
#include "allocation.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

struct allocation_counter allocation_counter;

bool allocation_fails(void) {
    struct allocation_counter *c = &allocation_counter;
    if (!c->counting || c->nested)
        return false;
    ++c->count;
    if (c->count < c->nth || c->left == 0)
        return false;
    if (!c->interrupt) {
        c->counting = false;
        bool const spared = c->spared();
        c->counting = true;
        if (spared)
            return false;
    }
    --c->left;
    c->hit = true;
    if (c->trace) {
        void *frames[100];
        c->counting = false;
        backtrace_symbols_fd(frames, backtrace(frames, 100), STDERR_FILENO);
        c->counting = true;
    }
    if (c->interrupt) {
        c->interrupt();
        return false;
    }
    return true;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void *no_memory(void) {
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) { return allocation_fails() ? no_memory() : __libc_malloc(size); }

void *calloc(size_t count, size_t size) { return allocation_fails() ? no_memory() : __libc_calloc(count, size); }

void *realloc(void *old, size_t size) { return allocation_fails() ? no_memory() : __libc_realloc(old, size); }

void *memalign(size_t alignment, size_t size) {
    return allocation_fails() ? no_memory() : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *const memory = memalign(alignment, size);
    if (!memory)
        return ENOMEM;
    *result = memory;
    return 0;
}

// The server asks for the next message: the statement has ended, its commit included.
ssize_t recv(int socket, void *buffer, size_t length, int flags) {
    static ssize_t (*next)(int, void *, size_t, int);
    allocation_counter.counting = false;
    if (!next)
        next = (ssize_t(*)(int, void *, size_t, int)) dlsym(RTLD_NEXT, "recv");
    return next(socket, buffer, length, flags);
}
