#!/bin/sh
# The same digest from every build there is: compilers, -O0 and -O3, sanitizers; from any
# -j; from every loop run and from loops skipped. Builds that are not there are skipped.
set -u
cd "$(dirname "$0")/../.." || exit 2
dryscale=${DRYSCALE:-./dryscale}
n=0
digests() {
	program=$1
	shift
	for case in hand/sd-defaults hand/sd-pdb hand/pack-gpu hand/day-dedicated; do
		timeout 120 "$program" run -q -f json "$@" tests/conformance/$case/scenario.json | grep -o '"digest":"[0-9a-f]*"'
	done
}
want=$(digests "$dryscale")
same() {
	n=$((n + 1))
	name=$1
	shift
	if [ ! -x "$1" ]; then
		echo "ok $n - $name # SKIP $1 is not built"
	elif [ "$(digests "$@")" = "$want" ]; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
	fi
}
n=1
if [ "$(echo "$want" | grep -c digest)" = 4 ]; then echo "ok 1 - four digests"; else echo "not ok 1 - four digests"; fi
same "every loop run" "$dryscale" --every-tick
same "four jobs" "$dryscale" -j4
same "-O0 (debug)" build/debug/dryscale
same "address and undefined behaviour sanitizers" build/asan/dryscale
same "thread sanitizer" build/tsan/dryscale
same "clang" build/clang/dryscale
echo "1..$n"
