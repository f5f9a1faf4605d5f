#!/bin/sh
# Runs tests and counts them: all.sh [unit|tap|conformance|reference|records|scenarios|lint]...
# Everything that is run says TAP. What a program printed stays in build/test/.
# The last line is "N passed, N failed"; the exit status is 0 when none failed.
set -u
cd "$(dirname "$0")/../.." || exit 2
log=build/test
mkdir -p "$log"
counts=$log/counts
: >"$counts"
limit=${DRY_TEST_TIMEOUT:-900}

# one NAME COMMAND...: a program, its output to a log, its results counted
one() {
	name=$1
	shift
	out=$log/$(echo "$name" | tr ' /()' '-___').log
	timeout "$limit" "$@" >"$out" 2>&1 </dev/null
	status=$?
	awk -v name="$name" -v status="$status" -v counts="$counts" -f tests/run/tap.awk "$out"
}

unit() {
	for flavour in "$@"; do
		for t in build/"$flavour"/tests/test_*; do
			case $t in *.d) continue ;; esac
			[ -x "$t" ] || continue
			[ -f "tests/unit/${t##*/}.c" ] || continue
			name=unit/${t##*/test_}
			[ "$flavour" = release ] || name="$name ($flavour)"
			one "$name" env CMOCKA_MESSAGE_OUTPUT=TAP "$t"
		done
	done
}

# programs FLAVOUR FOLDER...: what was compiled from tests/FOLDER/*.c
programs() {
	flavour=$1
	shift
	for folder in "$@"; do
		for source in tests/"$folder"/*.c; do
			[ -f "$source" ] || continue
			t=build/$flavour/${source%.c}
			name=$folder/${t##*/}
			[ "$flavour" = release ] || name="$name ($flavour)"
			one "$name" "$t"
		done
	done
}

# scripts FOLDER...: tests/FOLDER/*.t
scripts() {
	for folder in "$@"; do
		for t in tests/"$folder"/*.t; do
			[ -f "$t" ] || continue
			one "${t#tests/}" env DRYSCALE="$PWD/dryscale" sh "$t"
		done
	done
}

tap() {
	programs release prop fault fuzz
	for folder in tests/*/; do
		folder=${folder#tests/}
		folder=${folder%/}
		case $folder in scenarios | records | lint) continue ;; esac
		scripts "$folder"
	done
}

conformance() {
	one "conformance" build/release/tests/conformance/conformance --tap
	one "conformance every tick, plain scan" build/release/tests/conformance/conformance --tap --every-tick --plain-scan hand/
	if [ "${1:-}" = all ]; then
		one "conformance (asan)" build/asan/tests/conformance/conformance --tap
	fi
	one "conformance mutation" build/release/tests/conformance/conformance --tap --mutation
}

echo "dryscale tests"
[ $# -gt 0 ] || set -- everything
for what in "$@"; do
	case $what in
	everything)
		scripts lint
		unit release asan
		tap
		programs asan prop fault fuzz
		conformance all
		programs release reference records
		scripts scenarios records threads
		;;
	unit) unit release ;;
	tap) tap ;;
	conformance) conformance ;;
	reference) programs release reference ;;
	records)
		programs release records
		scripts records
		;;
	lint | scenarios) scripts "$what" ;;
	*)
		echo "all.sh: no such tests: $what" >&2
		exit 2
		;;
	esac
done

awk '{ p += $1; f += $2; s += $3 }
END { if (s) printf "%d skipped: what they need is absent (see above)\n", s
      printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0 }' "$counts"
