# Builds src/core without a server: build/unit/run, and build/fuzz/NAME of each test/fuzz/NAME.cpp.
# From the top directory, make -f test/core.mk unit|fuzz. Both run under the sanitizers.

CORE      := $(sort $(shell find src/core -name "*.cpp")) test/core_interruption.cpp
HEADERS   := $(shell find src/core test/unit test/fuzz -name "*.hpp") $(wildcard test/*.hpp)
UNIT      := $(sort $(wildcard test/unit/*.cpp))
TARGETS   := $(patsubst test/fuzz/%.cpp,build/fuzz/%,$(wildcard test/fuzz/*.cpp))
CLANGXX    = clang++
CORE_FLAGS = -std=gnu++17 -g -O1 -Isrc -Itest -Wall -Wextra -Wshadow -Werror -fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: unit fuzz
unit: build/unit/run
fuzz: $(TARGETS)

build/unit/run: $(patsubst %.cpp,build/unit/%.o,$(CORE) $(UNIT))
	$(CXX) $(CORE_FLAGS) $^ -lgtest -lgtest_main -larchive -lcrypto -pthread -o $@

build/unit/%.o: %.cpp $(HEADERS)
	@mkdir -p $(@D)
	$(CXX) $(CORE_FLAGS) -c $< -o $@

$(TARGETS): build/fuzz/%: build/fuzz/test/fuzz/%.o $(patsubst %.cpp,build/fuzz/%.o,$(CORE))
	$(CLANGXX) $(CORE_FLAGS) -fsanitize=fuzzer $^ -larchive -lcrypto -o $@

build/fuzz/%.o: %.cpp $(HEADERS)
	@mkdir -p $(@D)
	$(CLANGXX) $(CORE_FLAGS) -fsanitize=fuzzer-no-link -c $< -o $@

.SECONDARY:
