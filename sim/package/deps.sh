#!/bin/sh
# Installs what dryscale is built from, with the machine's own package manager.
# Does nothing when everything is there. As root directly, otherwise with sudo.
set -eu

MODULES='libcjson gsl ncursesw zlib yaml-0.1 libcrypto'

missing() {
	m=
	for tool in cc make pkg-config; do
		command -v "$tool" >/dev/null 2>&1 || m="$m $tool"
	done
	if command -v pkg-config >/dev/null 2>&1; then
		for module in $MODULES; do
			pkg-config --exists "$module" || m="$m $module"
		done
	fi
	if command -v cc >/dev/null 2>&1; then
		printf '%s\n' '#include <stdarg.h>' '#include <stddef.h>' '#include <stdint.h>' \
			'#include <setjmp.h>' '#include <cmocka.h>' |
			cc $(pkg-config --cflags cmocka 2>/dev/null) -E -x c - >/dev/null 2>&1 ||
			m="$m cmocka.h"
	fi
	echo "$m"
}

say() {
	echo "deps: $*"
	"$@"
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		say "$@"
	elif command -v sudo >/dev/null 2>&1; then
		say sudo "$@"
	else
		echo "deps: not root and no sudo; run as root: $*" >&2
		exit 1
	fi
}

lacking=$(missing)
if [ -z "$lacking" ]; then
	echo "deps: nothing to do: compiler, make, pkg-config, $MODULES and cmocka are there"
	exit 0
fi
echo "deps: missing:$lacking"

if command -v apt-get >/dev/null 2>&1; then
	as_root apt-get -o DPkg::Lock::Timeout=120 update
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends \
		gcc libc6-dev make pkg-config libcjson-dev libgsl-dev libncurses-dev zlib1g-dev \
		libyaml-dev libssl-dev libcmocka-dev
elif command -v dnf >/dev/null 2>&1; then
	as_root dnf install -y gcc libasan libubsan libtsan make pkgconf-pkg-config cjson-devel gsl-devel \
		ncurses-devel zlib-devel libyaml-devel openssl-devel libcmocka-devel
elif command -v apk >/dev/null 2>&1; then
	as_root apk add gcc musl-dev make pkgconf cjson-dev gsl-dev ncurses-dev zlib-dev \
		yaml-dev openssl-dev cmocka-dev
elif command -v pacman >/dev/null 2>&1; then
	as_root pacman -S --needed --noconfirm gcc make pkgconf cjson gsl ncurses zlib libyaml openssl cmocka
elif command -v brew >/dev/null 2>&1; then
	say brew install make pkg-config cjson gsl ncurses zlib libyaml openssl@3 cmocka
else
	echo "deps: no package manager that is known here (apt, dnf, apk, pacman, brew)" >&2
	echo "deps: install a C17 compiler, make, pkg-config, $MODULES and cmocka" >&2
	exit 1
fi

lacking=$(missing)
if [ -n "$lacking" ]; then
	echo "deps: still missing after the install:$lacking" >&2
	exit 1
fi
echo "deps: all there now"
