// The server's headers as C++ can include them: in extern "C", and after those of the standard library, since
// PostgreSQL defines names such as Min, Abs and printf as macros. Other files include what else they need after this
// one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

extern "C" {
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/nodes.h"
#include "utils/elog.h"
#include "utils/memutils.h"
#include "utils/palloc.h"
#if __has_include("varatt.h") // a part of postgres.h before 16
#include "varatt.h"
#endif
}

// With assertions, the server's castNode() checks the tag by castNodeImpl(), which takes no const tree, and pastes the
// tag from the type's name, which cannot have a :: in it. This one does not check: IsA(), a switch over the tag, or the
// grammar precedes all uses.
namespace mig::pg {
template <class Type>
Type *cast_node(void const *node) noexcept {
    return static_cast<Type *>(const_cast<void *>(node));
}
} // namespace mig::pg
#undef castNode
#define castNode(Type, node) mig::pg::cast_node<Type>(node)
