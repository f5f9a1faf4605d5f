# dryscale: see README.md. `make help` lists the targets.
VERSION   := 0.1.0
FLAVOUR   ?= release
CC        ?= cc
B         := build/$(FLAVOUR)

PKGS      := libcjson gsl ncursesw zlib yaml-0.1 libcrypto
PKG_CONFIG ?= pkg-config
PKG_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null)

WARN      := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wvla
ifeq ($(DEVELOPER),1)
WARN      += -Werror
endif
BASEFLAGS := -std=c17 -D_GNU_SOURCE -Iinclude -Isim -ffp-contract=off -fno-math-errno -DDRY_VERSION='"$(VERSION)"' -pthread
OPT_release := -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LD_release  := -pie -Wl,-z,relro,-z,now
OPT_debug   := -O0 -g -DDRY_SLOW_ASSERTS
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DDRY_SLOW_ASSERTS
LD_asan     := -fsanitize=address,undefined
OPT_tsan    := -O1 -g -fsanitize=thread
LD_tsan     := -fsanitize=thread
CFLAGS_ALL = $(BASEFLAGS) $(WARN) $(OPT_$(FLAVOUR)) $(PKG_CFLAGS) $(CFLAGS)
LDLIBS_ALL = $(LD_$(FLAVOUR)) $(LDFLAGS) $(PKG_LIBS) -pthread -lm

LIB_SRC   := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c sim/*/*/*.c))
LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o)
UNIT_SRC  := $(wildcard tests/unit/test_*.c)
UNIT_BIN  := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)

.PHONY: all test deps demo clean lint unit help
all: dryscale

dryscale: $(B)/dryscale
	@cp -f $< $@

$(B)/libdryscale.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/dryscale: $(B)/sim/cli/main.o $(B)/libdryscale.a
	$(CC) $(CFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(B)/tests/%: tests/unit/%.c $(B)/libdryscale.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -Itests/unit -MMD -MP -o $@ $< $(B)/libdryscale.a $(LDLIBS_ALL) -lcmocka

unit: $(UNIT_BIN)
	@for t in $(UNIT_BIN); do $$t || exit 1; done

test: all unit

clean:
	rm -rf build dryscale

-include $(shell find build/$(FLAVOUR) -name '*.d' 2>/dev/null)

.PHONY: lib
lib: $(B)/libdryscale.a
