#!/bin/sh
# Under the thread sanitizer: a sweep with four jobs, workers that share an
# input, and what the sweep's own tests do. A data race is exit status 99.
set -u
cd "$(dirname "$0")/../.." || exit 2
b=build/tsan
export TSAN_OPTIONS="exitcode=99 halt_on_error=1 ${TSAN_OPTIONS:-}"
n=0
said=$(mktemp) || exit 2
trap 'rm -f "$said"' EXIT

free_of_races() {
	name=$1
	shift
	n=$((n + 1))
	if [ ! -x "$1" ]; then
		echo "ok $n - $name # SKIP $1 is not built (make FLAVOUR=tsan tsan-bin)"
	elif "$@" >"$said" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		grep -A12 -E 'WARNING: ThreadSanitizer|not ok|error' "$said" | sed -n '1,30s/^/# /p'
	fi
}

free_of_races "a sweep with four jobs" $b/dryscale sweep -q --sample 12 -j4 -f csv scenarios/web-and-batch.yaml
free_of_races "a sweep over spot and chance" $b/dryscale sweep -q --sample 6 -j4 -f csv scenarios/spot-multi-zone.yaml
free_of_races "workers that share an input" $b/tests/prop/laws --worlds 6
for t in $b/tests/test_sweep*; do
	case $t in *.d) continue ;; esac
	[ -x "$t" ] && free_of_races "${t##*/}" "$t"
done
echo "1..$n"
