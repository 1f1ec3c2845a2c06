// The server's headers, the way C++ can bear them: after the standard library's (PostgreSQL claims names such as
// Min, Abs and printf as macros) and in extern "C". Other files add what they need by themselves, below this one.
#pragma once

#include <cstddef>
#include <cstdint>
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
#include "utils/elog.h"
#include "utils/memutils.h"
#include "utils/palloc.h"
}
