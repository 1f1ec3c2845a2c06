// The refusal that a call ends in; the test fails when there is none.
#pragma once

#include "core/base/failure.hpp"

#include <gtest/gtest.h>

namespace mig::test {

template <class Call>
Failure failure_of(Call &&call) {
    try {
        call();
    } catch (Failure const &failure) {
        return failure;
    }
    ADD_FAILURE() << "nothing was refused";
    return {"", ""};
}

inline bool contains(std::string_view text, std::string_view what) {
    return text.find(what) != std::string_view::npos;
}

} // namespace mig::test
