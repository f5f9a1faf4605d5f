#!/bin/sh
# Commands under valgrind: no bad access, nothing lost. Exit status 1 when one complains.
set -u
cd "$(dirname "$0")/../.." || exit 2
command -v valgrind >/dev/null 2>&1 || { echo "valgrind: not installed, skipped"; exit 0; }
said=$(mktemp) || exit 2
trap 'rm -f "$said"' EXIT
cases=tests/conformance/hand
passed=0 failed=0
clean() {
	if valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
		./dryscale "$@" >/dev/null 2>"$said"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL  dryscale $*"
		grep -A8 '^==' "$said" | head -n 30
	fi
}
for case in sd-defaults sd-pdb pack-gpu expander-priority place-spread-zone up-stockout-silent; do
	clean run -q "$cases/$case/scenario.json"
done
clean run -q --replications 3 -f json "$cases/day-dedicated/scenario.json"
clean sweep -q -j2 -f csv -g scale-down-unneeded-time=2m,10m "$cases/sd-defaults/scenario.json"
clean explain -q --worst 2 "$cases/sd-defaults/scenario.json"
clean help metrics
echo "valgrind: $passed commands clean, $failed not"
[ $failed = 0 ]
