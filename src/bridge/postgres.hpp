// The server's headers, the way C++ can bear them: after the standard library's (PostgreSQL claims names such as
// Min, Abs and printf as macros) and in extern "C". Other files add what they need by themselves, below this one.
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

// A server with assertions checks the tag in a function that takes neither a tree that is const nor a type that has to
// be told from one of ours by its ::. All uses stand behind IsA(), a switch over the tag, or the grammar's own types.
namespace mig::pg {
template <class Type>
Type *cast_node(void const *node) noexcept {
    return static_cast<Type *>(const_cast<void *>(node));
}
} // namespace mig::pg
#undef castNode
#define castNode(Type, node) mig::pg::cast_node<Type>(node)
