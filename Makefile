# dryscale: see README.md. `make help` lists the targets.
VERSION   := 1.0.0
ABI       := 1
FLAVOUR   ?= release
CC        ?= cc
B         := build/$(FLAVOUR)
JOBS      ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

# `deps` installs what everything else looks for, so the other goals of the same
# command line are made by a second make that starts when it is done.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
REST := $(filter-out deps,$(MAKECMDGOALS))
.PHONY: deps $(REST)
deps: ## install the libraries with the machine's package manager
	@sh sim/package/deps.sh
ifneq ($(REST),)
$(firstword $(REST)): deps
	@$(MAKE) --no-print-directory $(REST)
$(wordlist 2,$(words $(REST)),$(REST)): $(firstword $(REST))
	@:
endif
else

PKGS       := libcjson gsl ncursesw zlib yaml-0.1 libcrypto
PKG_CONFIG ?= pkg-config
# Asked once, when the first recipe needs it.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null))$(PKG_LIBS)

WARN      := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wvla
ifeq ($(DEVELOPER),1)
WARN      += -Werror
endif
BASEFLAGS := -std=c17 -D_GNU_SOURCE -Iinclude -Isim -Itests -ffp-contract=off -fno-math-errno -DDRY_VERSION='"$(VERSION)"' -pthread
# Hidden and position independent: the same objects make the program and both libraries.
OPT_release := -O3 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIC -fvisibility=hidden
LD_release  := -pie -Wl,-z,relro,-z,now
OPT_debug   := -O0 -g -DDRY_SLOW_ASSERTS
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DDRY_SLOW_ASSERTS
LD_asan     := -fsanitize=address,undefined
OPT_tsan    := -O1 -g -fsanitize=thread
LD_tsan     := -fsanitize=thread
# clang only: see `make fuzz`.
OPT_fuzz    := -O1 -g -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DDRY_SLOW_ASSERTS
LD_fuzz     := -fsanitize=fuzzer,address,undefined
CFLAGS_ALL = $(BASEFLAGS) $(WARN) $(OPT_$(FLAVOUR)) $(PKG_CFLAGS) $(CFLAGS)
LDLIBS_ALL = $(LD_$(FLAVOUR)) $(LDFLAGS) $(PKG_LIBS) -pthread -lm

prefix    ?= /usr/local
bindir    ?= $(prefix)/bin
libdir    ?= $(prefix)/lib
includedir ?= $(prefix)/include
datadir   ?= $(prefix)/share
mandir    ?= $(datadir)/man

LIB_SRC   := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c sim/*/*/*.c))
LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o)
UNIT_SRC  := $(wildcard tests/unit/test_*.c)
UNIT_BIN  := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)
# Programs of their own: each says TAP.
PROP_BIN  := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/prop/*.c tests/fault/*.c tests/fuzz/*.c))
# A fuzz target is a function; what calls it is the replay of its corpus, or libFuzzer.
FUZZ_BIN  := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_MAIN := $(if $(filter fuzz,$(FLAVOUR)),,$(B)/tests/fuzz/driver/replay.o)
.SECONDARY: $(FUZZ_MAIN)
REF_BIN   := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/reference/*.c))
REF_OBJ   := $(patsubst %.c,$(B)/%.o,$(wildcard tests/reference/kinds/*.c))
REC_BIN   := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/records/*.c))
CONF_SRC  := $(wildcard tests/conformance/*.c)
CONF_BIN  := $(B)/tests/conformance/conformance
BENCH_BIN := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))
SUPPORT_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/support/*.c))
TEST_BIN  := $(UNIT_BIN) $(PROP_BIN) $(REF_BIN) $(REC_BIN) $(CONF_BIN)

# A -jN of the caller's is kept; without one the builds below use every core.
SUBJOBS    = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
SUBMAKE    = $(MAKE) --no-print-directory $(SUBJOBS)

.PHONY: all lib shared clean help
all: dryscale ## build ./dryscale (the default)

lib: $(B)/libdryscale.a ## build the library alone

dryscale: $(B)/dryscale
	@cp -f $< $@

shared: $(B)/libdryscale.so.$(ABI) $(B)/dryscale.pc ## build the shared library and its pkg-config file

# The program's layers stay out: a library has no screens and no command line.
$(B)/libdryscale.so.$(ABI): $(filter-out $(B)/sim/cli/% $(B)/sim/tui/%,$(LIB_OBJ))
	$(CC) $(CFLAGS_ALL) -shared -Wl,-soname,$(@F) -Wl,-z,relro,-z,now -Wl,-z,defs -o $@ $^ \
		$(LDFLAGS) $(filter-out -lncurses% -ltinfo%,$(PKG_LIBS)) -pthread -lm
	@ln -sf $(@F) $(B)/libdryscale.so

$(B)/dryscale.pc: sim/package/dryscale.pc.in FORCE
	@mkdir -p $(@D)
	sed -e 's|@prefix@|$(prefix)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|; s|@version@|$(VERSION)|' $< >$@

$(B)/libdryscale.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/dryscale: $(B)/sim/cli/main.o $(B)/libdryscale.a
	$(CC) $(CFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# Objects that were made with other options, or tell another version or folder, are made again.
STAMP_made-with = $(OPT_$(FLAVOUR))
STAMP_version   = $(VERSION)
STAMP_datadir   = $(datadir)
$(B)/made-with $(B)/version $(B)/datadir: FORCE
	@mkdir -p $(@D)
	@echo '$(STAMP_$(@F))' | cmp -s - $@ || echo '$(STAMP_$(@F))' >$@
FORCE:
$(patsubst %.c,$(B)/%.o,$(shell grep -l DRY_VERSION sim/*/*.c)): $(B)/version

$(B)/%.o: %.c $(B)/made-with
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(B)/tests/test_%: tests/unit/test_%.c $(B)/libdryscale.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests/unit -MMD -MP -MT $@ -MF $@.d -o $@ $< $(B)/libdryscale.a $(LDLIBS_ALL) -lcmocka

# Where the bundled scenarios are when they are not in the working folder.
$(B)/sim/cli/inputs.o: CFLAGS += -DDRY_DATADIR='"$(datadir)/dryscale"'
$(B)/sim/cli/inputs.o: $(B)/datadir

$(CONF_BIN): $(CONF_SRC:%.c=$(B)/%.o) $(B)/libdryscale.a
	$(CC) $(CFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(REF_BIN): $(B)/tests/reference/%: tests/reference/%.c $(REF_OBJ) $(B)/libdryscale.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MT $@ -MF $@.d -o $@ $< $(REF_OBJ) $(B)/libdryscale.a $(LDLIBS_ALL)

$(B)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_MAIN) $(SUPPORT_OBJ) $(B)/libdryscale.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MT $@ -MF $@.d -o $@ $< $(FUZZ_MAIN) $(SUPPORT_OBJ) $(B)/libdryscale.a $(LDLIBS_ALL)

$(B)/tests/%: tests/%.c $(SUPPORT_OBJ) $(B)/libdryscale.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MT $@ -MF $@.d -o $@ $< $(SUPPORT_OBJ) $(B)/libdryscale.a $(LDLIBS_ALL)

$(B)/bench/%: bench/%.c $(B)/libdryscale.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -MT $@ -MF $@.d -o $@ $< $(B)/libdryscale.a $(LDLIBS_ALL)

# ---- tests

.PHONY: test unit tap conformance mutation reference records scenarios lint ux snapshots tests-bin asan-bin tsan-bin
test: ## every test; the last line counts them
	@$(SUBMAKE) all tests-bin
	@$(SUBMAKE) FLAVOUR=asan asan-bin
	@$(SUBMAKE) FLAVOUR=tsan tsan-bin
	@sh tests/run/all.sh

tests-bin: $(TEST_BIN) $(B)/dryscale
# What tests/run/all.sh runs of the two other builds.
asan-bin: $(UNIT_BIN) $(PROP_BIN) $(CONF_BIN) $(B)/dryscale
tsan-bin: $(filter %/test_sweep %/test_trace,$(UNIT_BIN)) $(filter %/test_sweep_files,$(UNIT_BIN)) $(B)/tests/prop/laws $(B)/dryscale

unit: $(UNIT_BIN) ## the unit tests alone
	@sh tests/run/all.sh unit

tap: all $(PROP_BIN) ## commands, screens, laws and faults
	@sh tests/run/all.sh tap

conformance: $(CONF_BIN) ## decisions against the recorded Cluster Autoscaler
	@$(CONF_BIN) $(ARGS)

mutation: $(CONF_BIN) ## each rule switched off must break recorded cases
	@$(CONF_BIN) --mutation

reference: $(REF_BIN) ## formulas against reference numbers [DIR=...]
	@for t in $(REF_BIN); do $$t $(DIR) || exit 1; done

records: $(REC_BIN) ## importers against recordings of real clusters [DIR=...]
	@for t in $(REC_BIN); do $$t $(DIR) || exit 1; done

scenarios: all ## the bundled scenarios: regenerated, checked and run
	@sh tests/run/all.sh scenarios

ux: all ## the command line and the screens as people use them: fifteen checks and more
	@$(SUBMAKE) build/asan/dryscale FLAVOUR=asan
	@DRYSCALE=$(CURDIR)/dryscale sh tests/ux/ux.t

snapshots: $(UNIT_BIN) ## compare golden screens and pictures; UPDATE=1 writes them again
	@for t in tui_screens tui_keys sweep_picture; do $(B)/tests/test_$$t || exit 1; done

lint: ## layers, sizes, headers, banned calls, machine paths
	@CC='$(CC)' CFLAGS='$(BASEFLAGS) $(PKG_CFLAGS)' sh tests/lint/lint.sh

.PHONY: warnings
warnings: export WARNINGS_FLAGS = $(BASEFLAGS) $(PKG_CFLAGS)
warnings: ## no warning of gcc or clang, -Wconversion included
	@CFLAGS="$$WARNINGS_FLAGS" JOBS='$(JOBS)' sh tests/tools/warnings.sh

.PHONY: analyze
analyze: export ANALYZE_FLAGS = $(BASEFLAGS) $(PKG_CFLAGS)
analyze: ## no unexplained finding of gcc -fanalyzer, cppcheck or clang-tidy
	@CFLAGS="$$ANALYZE_FLAGS" JOBS='$(JOBS)' sh tests/tools/analyze.sh

.PHONY: valgrind soak check-all
valgrind: all ## commands under valgrind
	@sh tests/tools/valgrind.sh

soak: all ## a year in one run, 100,000 settings in one sweep: memory stays flat
	@sh tests/tools/soak.sh

check-all: ## warnings, analysis, every test, more builds, faults in full, valgrind, fuzzing, long runs; ends with the counts
	@$(MAKE) --no-print-directory warnings
	@$(MAKE) --no-print-directory analyze
	@$(SUBMAKE) build/debug/dryscale FLAVOUR=debug
	@$(SUBMAKE) build/clang/dryscale FLAVOUR=clang CC=clang OPT_clang='-O2 -g'
	@$(MAKE) --no-print-directory valgrind
	@$(MAKE) --no-print-directory soak
	@$(MAKE) --no-print-directory fuzz SECONDS=$(SECONDS)
	@FAULTS=all KILLS=200 WORLDS=1000 DRY_TEST_TIMEOUT=7200 $(MAKE) --no-print-directory test; status=$$?; \
		sh tests/tools/counts.sh && exit $$status

.PHONY: fuzz fuzz-bin
SECONDS ?= 60
fuzz: ## every reader under libFuzzer (clang); executions and edges [SECONDS=60] [TARGET=yaml]
	@$(SUBMAKE) FLAVOUR=fuzz CC=clang fuzz-bin
	@JOBS='$(JOBS)' sh tests/fuzz/run.sh $(SECONDS) $(patsubst tests/%.c,build/fuzz/tests/%,$(wildcard tests/fuzz/fuzz_$(or $(TARGET),*).c))

fuzz-bin: $(FUZZ_BIN)

# ---- use

.PHONY: demo traces bench bench-tui install uninstall dist deb fresh
demo: ## build, sweep a bundled scenario, print its front, open the screens on a terminal
	@$(SUBMAKE) all
	@sh scenarios/demo.sh

traces: all ## make the bundled traces again, to the byte
	@sh traces/make.sh traces

bench-tui: $(B)/bench/tui ## frame times of the screens on 10,000 points, as a share of 100 ms
	@$(B)/bench/tui

bench: ## measure speed; results as a table
	@$(SUBMAKE) all $(BENCH_BIN)
	@sh bench/bench.sh

# What install puts below $(DESTDIR); uninstall takes the same away.
INSTALLED  = $(bindir)/dryscale $(libdir)/libdryscale.a $(libdir)/libdryscale.so $(libdir)/libdryscale.so.$(ABI) \
	$(libdir)/pkgconfig/dryscale.pc $(includedir)/dryscale.h \
	$(mandir)/man1/dryscale.1 $(mandir)/man5/dryscale-formats.5 \
	$(datadir)/bash-completion/completions/dryscale $(datadir)/zsh/site-functions/_dryscale \
	$(datadir)/fish/vendor_completions.d/dryscale.fish
SHIPPED    = $(filter-out scenarios/openb.yaml,$(wildcard scenarios/*.yaml)) \
	$(filter-out traces/openb.jsonl.gz,$(wildcard traces/*.jsonl.gz))

install: all lib shared ## install under $(DESTDIR)$(prefix)
	install -d $(sort $(dir $(addprefix $(DESTDIR),$(INSTALLED)))) \
		$(DESTDIR)$(datadir)/dryscale/scenarios $(DESTDIR)$(datadir)/dryscale/traces
	install -m 755 dryscale $(DESTDIR)$(bindir)/dryscale
	install -m 644 $(B)/libdryscale.a $(DESTDIR)$(libdir)/libdryscale.a
	install -m 755 $(B)/libdryscale.so.$(ABI) $(DESTDIR)$(libdir)/libdryscale.so.$(ABI)
	ln -sf libdryscale.so.$(ABI) $(DESTDIR)$(libdir)/libdryscale.so
	install -m 644 $(B)/dryscale.pc $(DESTDIR)$(libdir)/pkgconfig/dryscale.pc
	install -m 644 include/dryscale.h $(DESTDIR)$(includedir)/dryscale.h
	./dryscale help man >$(DESTDIR)$(mandir)/man1/dryscale.1
	./dryscale help man-formats >$(DESTDIR)$(mandir)/man5/dryscale-formats.5
	./dryscale completion bash >$(DESTDIR)$(datadir)/bash-completion/completions/dryscale
	./dryscale completion zsh >$(DESTDIR)$(datadir)/zsh/site-functions/_dryscale
	./dryscale completion fish >$(DESTDIR)$(datadir)/fish/vendor_completions.d/dryscale.fish
	for f in $(SHIPPED); do install -m 644 $$f $(DESTDIR)$(datadir)/dryscale/$$f || exit 1; done

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	rm -rf $(DESTDIR)$(datadir)/dryscale

deb: ## a Debian package in build/deb
	@sh sim/package/deb.sh $(VERSION)

fresh: ## the README's two commands in a minimal Debian root (needs root and debootstrap)
	@sh tests/run/all.sh fresh

dist: ## a source archive, dryscale-$(VERSION).tar.gz
	git archive --format=tar --prefix=dryscale-$(VERSION)/ HEAD | gzip -n >dryscale-$(VERSION).tar.gz

clean: ## remove what was built
	rm -rf build dryscale

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo 'FLAVOUR=release|debug|asan|tsan   DEVELOPER=1 (warnings are errors)   CC=gcc|clang'

-include $(shell find build/$(FLAVOUR) -name '*.d' 2>/dev/null)
endif
