// The counter that the two parts of the injection share: allocation.c, preloaded, sees the allocations of the C library
// (operator new of C++ ends there too), and control.c, a module of the server, those of its memory contexts.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct allocation_counter {
    bool armed;                // the next statement is the one to count in
    bool counting;             // it runs
    int nested;                // a memory context gets its block: counted already
    uint64_t count, nth, left; // so many are hit, from the nth on
    bool (*spared)(void);      // it must not fail: the next one does
    bool hit;
    bool trace;              // then print where
    void (*interrupt)(void); // what happens then; null: the allocation fails
};

extern struct allocation_counter allocation_counter;

// Counts an allocation; true: it has to fail.
bool allocation_fails(void);
