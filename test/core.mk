# Builds src/core without a server: build/unit/run, and build/fuzz/NAME of each test/fuzz/NAME.cpp.
# From the top directory, make -f test/core.mk unit|fuzz. Both run under the sanitizers, and of the same objects, which
# are instrumented for the fuzzer too.

CORE       := $(sort $(shell find src/core -name '*.cpp')) test/core_interruption.cpp
UNIT       := $(sort $(wildcard test/unit/*.cpp))
TARGETS    := $(patsubst test/fuzz/%.cpp,build/fuzz/%,$(wildcard test/fuzz/*.cpp))
CLANGXX     = clang++
SANITIZERS  = -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS       = -std=gnu++17 -g1 -Isrc -Itest -Wall -Wextra -Wshadow -Werror $(SANITIZERS) -MMD -MP
CORE_FLAGS  = $(FLAGS) -O1 -fsanitize=fuzzer-no-link
# GoogleTest's macros, optimised, would take longer to compile than all that they test.
UNIT_FLAGS  = $(FLAGS) -O0

.PHONY: unit fuzz
unit: build/unit/run
fuzz: $(TARGETS)

build/unit/run: $(patsubst %.cpp,build/core/%.o,$(CORE) $(UNIT))
	@mkdir -p $(@D)
	$(CLANGXX) $(SANITIZERS) $^ -lgtest -lgtest_main -larchive -lcrypto -pthread -o $@

$(TARGETS): build/fuzz/%: build/core/test/fuzz/%.o $(patsubst %.cpp,build/core/%.o,$(CORE))
	@mkdir -p $(@D)
	$(CLANGXX) $(SANITIZERS) -fsanitize=fuzzer $^ -larchive -lcrypto -o $@

build/core/test/unit/%.o: test/unit/%.cpp build/core/unit.pch
	@mkdir -p $(@D)
	$(CLANGXX) $(UNIT_FLAGS) -include-pch build/core/unit.pch -c $< -o $@

build/core/%.o: %.cpp build/core/core.pch
	@mkdir -p $(@D)
	$(CLANGXX) $(CORE_FLAGS) -include-pch build/core/core.pch -c $< -o $@

build/core/unit.pch: HEADER_FLAGS = $(UNIT_FLAGS)
build/core/core.pch: HEADER_FLAGS = $(CORE_FLAGS)
build/core/%.pch: test/precompiled/%.hpp test/core.mk
	@mkdir -p $(@D)
	$(CLANGXX) $(HEADER_FLAGS) -fpch-instantiate-templates -x c++-header $< -o $@

-include $(shell find build/core -name '*.d' 2>/dev/null)

.SECONDARY:
