// A file of the home convention as a document.
#pragma once

#include "core/convention/sections.hpp"

namespace mig::test {

inline Document parse_document(Lexed const &file) {
    Convention const &home = *convention_named("home");
    return mig::parse_document(file, markers_of(home, "1_x.sql", file, comments_of(file)));
}

} // namespace mig::test
