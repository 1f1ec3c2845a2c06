# shellcheck shell=bash
# How the demo and the tests build the extension; sourced, so that they agree and neither compiles again what the other
# has compiled. The code is that of a plain `make`, in less time:
#   line numbers are all there is for a debugger
#   common headers are compiled once
#   warnings are errors
# They are in the environment, as `make install` has to see them too.
export WERROR=1 COPT=-g1 PRECOMPILED=1

build_extension() {
    "${MAKE:-make}" --no-print-directory -s -j"$(nproc)" all
}
