# migrator: schema migrations run from inside the server.    `make help` lists the goals.

EXTENSION   = migrator
MODULE_big  = migrator
EXTVERSION  := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)
SRCS        := $(sort $(shell find src -name '*.cpp'))
OBJS        = $(SRCS:.cpp=.o)
INSTALL_SQL = sql/$(EXTENSION)--$(EXTVERSION).sql
RELEASED    = 1.0
DATA        = $(RELEASED:%=sql/$(EXTENSION)--%.sql) $(wildcard sql/$(EXTENSION)--*--*.sql)
DATA_built  = $(INSTALL_SQL)
SCRIPTS     = bin/migrator

# Tests that need a server: sql/NAME.sql and test/specs/NAME.spec. `make check-layout` sees to it that none is left out.
REGRESS        = setup version_type load load_errors load_dir plan apply apply_errors current_query string_literals dry_run rollback status \
                 baseline_accept modules settings_scope time_limits session_cleanup deferred_constraints transaction_control \
                 out_of_order checksums isolation_levels history hostile hostile_path hostile_names observers apply_each \
                 statementwise copy_data blocks adopt repeatable snapshot verify requires conventions load_file_parts gates \
                 on_hazard conflicts conflict_pairs report rehearse lint_destructive lint_compatibility lint_replication lint_security lint_session \
                 lint_history lint_design lint_versions lint lint_locks lint_rewrites code_of_others loaders stored_forms \
                 settings_rights fence rehearsal_errors untaken_settings adopt_of_others by_catalog lock_hold hints marker_slips \
                 lint_secrets layouts changesets down_bodies statement_blocks large_statements misplaced \
                 ends_transaction irreversible transaction_mode lint_pending_checks unchanged_files absent nothing_pending \
                 baseline_compare baseline_corrected passed_over existing_database
REGRESS_OPTS   = --encoding=UTF8 --no-locale
ISOLATION      = two_runners dry_run_wait plain_ddl cancel cancel_waiter terminate concurrent_load fence_trigger run_lock_of_others \
                 changesets report_snapshot rewrite_gate absent
ISOLATION_OPTS = --inputdir=test --encoding=UTF8 --no-locale

PG_CONFIG  ?= pg_config
CXX_STD     = -std=gnu++17 -Wno-register -fvisibility=hidden -fvisibility-inlines-hidden
PG_CPPFLAGS = -isystem $(includedir_server) -Isrc -DMIGRATOR_VERSION=\"$(EXTVERSION)\"
# PGXS hands COPT to the C compiler alone.
PG_CXXFLAGS = $(CXX_STD) -Wall -Wextra -Wshadow $(if $(WERROR),-Werror) $(SANITIZE) $(COPT)
SHLIB_LINK  = -larchive -lcrypto -lstdc++ $(SANITIZE)
SHLIB_EXPORTS = exports.txt
EXTRA_CLEAN = build/flags build/headers build/precompiled build/core build/unit build/fuzz build/log

all:

# These goals set the machine up themselves. They have to work before there is a pg_config, so PGXS stays out of their
# way. What they need of `make` they run anew, with the variables of this command line but with options of their own.
SCRIPTS_GOALS = help demo demo-stop test soak unit fuzz bench check-layout cassert valgrind static ubsan server-regress matrix pg-upgrade dist deb-test
.PHONY: $(SCRIPTS_GOALS)
script = @export PG_CONFIG='$(PG_CONFIG)' MAKE='$(MAKE)' MAKEFLAGS=' -- $(MAKEOVERRIDES)'; scripts/

help:
	@echo 'make               build the extension                            PG_CONFIG=... chooses the server'
	@echo 'make install       install it into that server                    DESTDIR=... as usual'
	@echo 'make installcheck  regression and isolation tests in a running server that has it installed'
	@echo 'make clean         remove what was built'
	@echo
	@echo 'These do all their own set-up, missing Debian packages included; nothing is installed into the server:'
	@echo 'make demo          what it does, shown in a private cluster that is left running; make demo-stop removes it'
	@echo 'make test          every test, on private clusters that are gone afterwards: SUITES="apply unit" only these'
	@echo 'make soak          nightly: every test, the random and the injected ones at full length; SUITES as above'
	@echo 'make unit          unit tests of src/core, without a server'
	@echo 'make fuzz          fuzz src/core: FUZZ_SECONDS=60 in all, FUZZ_SEED=n to repeat a run'
	@echo 'make bench         measure speed and memory'
	@echo 'make cassert       every test on a server with assertions, built of the distribution'"'"'s source package'
	@echo 'make valgrind      the regression tests under valgrind: TESTS="setup apply" only these'
	@echo 'make ubsan         the regression tests with UndefinedBehaviorSanitizer: TESTS as above'
	@echo 'make server-regress  the regression tests of the server itself, with the extension and without it'
	@echo 'make static        static analysis of src by clang-tidy and cppcheck'
	@echo 'make matrix        as root: every test on each supported server version, in Debian systems made for it'
	@echo 'make pg-upgrade    as root: pg_upgrade from 15 to 17, half-done migrations included, in a Debian system likewise'
	@echo 'make dist          the distribution for PGXN, a zip of what is committed'
	@echo 'make deb-test      as root: build the Debian package and test it, in Debian systems made for it'
	@echo 'make check-layout  check the rules of the source tree'

demo: ; $(script)demo
demo-stop: ; $(script)demo stop
test: ; $(script)test
soak: ; $(script)soak
unit: ; $(script)unit
fuzz: ; $(script)fuzz $(FUZZ_SECONDS)
bench: ; $(script)bench
check-layout: ; $(script)check-layout
matrix: ; $(script)matrix
pg-upgrade: ; $(script)pg-upgrade
cassert: ; $(script)cassert
valgrind: ; $(script)valgrind $(TESTS)
static: ; $(script)static
ubsan: ; $(script)ubsan $(TESTS)
server-regress: ; $(script)server-regress
dist: ; $(script)dist
deb-test: ; $(script)deb-test

ifneq (,$(filter-out $(SCRIPTS_GOALS),$(or $(MAKECMDGOALS),all)))

PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq (,$(PGXS))
$(error $(PG_CONFIG) does not work: install the server's development package or say PG_CONFIG=...; 'make demo' and 'make test' install it themselves)
endif
# Bitcode serves nothing but inlining into JIT-compiled queries, and takes nearly as long as all else. `make with_llvm=yes`
# makes it.
ifneq (command line,$(origin with_llvm))
override with_llvm = no
endif
include $(PGXS)

# PGXS hands the bitcode step no C++ flags at all.
COMPILE.cxx.bc += $(CXX_STD) $(note_headers)

# Distributions' PGXS tracks no headers, and another one would mix up files of one name in two directories. So the
# compiler notes the headers of each object in a file of its own.
note_headers = -MMD -MP -MF build/headers/$(subst /,-,$@).d
$(OBJS): %.o: %.cpp
	$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(note_headers) $(precompiled) -c -o $@ $<
-include $(wildcard build/headers/*.d)

# PRECOMPILED=1 saves a fifth of the time. The code is the same: whoever compiles without it sees that each file includes
# what it needs (test/cluster/packaging.sh does).
ifdef PRECOMPILED
precompiled = -include build/precompiled/$(if $(filter src/core/%,$@),core,server).hpp
$(filter src/core/%,$(OBJS)): build/precompiled/core.hpp.gch
$(filter-out src/core/%,$(OBJS)): build/precompiled/server.hpp.gch
build/precompiled/%.hpp.gch: test/precompiled/%.hpp build/flags
	@mkdir -p $(@D); cp $< $(@:.gch=)
	$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(note_headers) -x c++-header -o $@ $<
endif

# A part that was removed changes the directory only, hence the dependency on that.
$(INSTALL_SQL): $(sort $(wildcard src/sql/*.sql)) src/sql
	cat $(filter %.sql,$^) > $@

# Nor does any PGXS notice another server or other flags.
$(OBJS) $(OBJS:.o=.bc): build/flags
BUILT_WITH := $(VERSION) $(includedir_server) $(CXX) $(PG_CXXFLAGS) $(PROFILE)
build/flags: FORCE
	@mkdir -p build/headers; echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' > $@
.PHONY: FORCE

# It says which library has read a file: another one may read the same bytes otherwise.
READING := src/server/load/reading_rules
READERS := $(sort $(shell find src/bridge src/core src/server -name '*.[ch]pp'))
$(READING).o $(READING).bc: $(READERS)
# Private: what is precompiled has it not.
$(READING).o $(READING).bc: private override CPPFLAGS += -DMIGRATOR_SOURCES=\"$(firstword $(shell cat $(READERS) | cksum))\"

# What the tests read from disk lies here unless the server cannot reach it; scripts/test then says where instead.
installcheck: export MIGRATOR_FIXTURES := $(or $(MIGRATOR_FIXTURES),$(CURDIR)/test/fixtures)

endif
