// What must hold for every input; the fuzzer reports an abort with the input that led to it.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace mig::test {

inline void require(bool holds, const char *what) {
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

} // namespace mig::test
