// What most files of src outside core include; see core.hpp.
#include "bridge/compat.hpp"

#include "core.hpp"
