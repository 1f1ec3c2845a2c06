# Builds src/core without a server: build/unit/run, and build/fuzz/NAME of each test/fuzz/NAME.cpp.
# From the top directory, make -f test/core.mk unit|fuzz. Both run under the sanitizers, and of the same objects, which
# are instrumented for the fuzzer too.

CORE       := $(sort $(shell find src/core -name '*.cpp')) test/core_interruption.cpp
UNIT       := $(sort $(wildcard test/unit/*.cpp))
TARGETS    := $(patsubst test/fuzz/%.cpp,build/fuzz/%,$(wildcard test/fuzz/*.cpp))
CLANGXX     = clang++
SANITIZERS  = -fsanitize=address,undefined -fno-sanitize-recover=all
CORE_FLAGS  = -std=gnu++17 -g1 -O1 -Isrc -Itest -Wall -Wextra -Wshadow -Werror $(SANITIZERS) -fsanitize=fuzzer-no-link -MMD -MP

.PHONY: unit fuzz
unit: build/unit/run
fuzz: $(TARGETS)

build/unit/run: $(patsubst %.cpp,build/core/%.o,$(CORE) $(UNIT))
	@mkdir -p $(@D)
	$(CLANGXX) $(SANITIZERS) $^ -lgtest -lgtest_main -larchive -lcrypto -pthread -o $@

$(TARGETS): build/fuzz/%: build/core/test/fuzz/%.o $(patsubst %.cpp,build/core/%.o,$(CORE))
	@mkdir -p $(@D)
	$(CLANGXX) $(SANITIZERS) -fsanitize=fuzzer $^ -larchive -lcrypto -o $@

build/core/%.o: %.cpp test/core.mk
	@mkdir -p $(@D)
	$(CLANGXX) $(CORE_FLAGS) -c $< -o $@

-include $(shell find build/core -name '*.d' 2>/dev/null)

.SECONDARY:
