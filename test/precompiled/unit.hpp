// What every unit test includes; see core.hpp.
#include "core.hpp"

#include <gtest/gtest.h>
