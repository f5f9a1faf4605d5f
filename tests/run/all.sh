#!/bin/sh
# Runs tests and counts them: all.sh [unit|tap|threads|conformance|reference|records|scenarios|lint|fresh]...
# Everything that is run says TAP. What a program printed stays in build/test/.
# The last line is "N passed, N failed"; the exit status is 0 when none failed.
# Each line ends with the CPU seconds that the program took, children included.
#
# What runs under which build: everything in release; unit tests, laws, damaged input
# and recorded cases again under ASan and UBSan; sweeps and threads under TSan. Corpora of
# the fuzz targets are replayed under ASan only, where they find more.
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
	times >"$log/before"
	timeout "$limit" "$@" >"$out" 2>&1 </dev/null
	status=$?
	times >"$log/after"
	cpu=$(cat "$log/before" "$log/after" | awk -F'[ms ]+' 'NR % 2 == 0 { s = $1 * 60 + $2 + $3 * 60 + $4 - s }
		END { printf "%.1f", s }')
	awk -v name="$name" -v status="$status" -v counts="$counts" -v cpu="$cpu" -f tests/run/tap.awk "$out"
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

# programs FLAVOUR FOLDER...: what was compiled from tests/FOLDER/*.c; laws on so many WORLDS
programs() {
	flavour=$1 worlds=60
	[ "$flavour" = release ] && worlds=${WORLDS:-200}
	shift
	for folder in "$@"; do
		for source in tests/"$folder"/*.c; do
			[ -f "$source" ] || continue
			t=build/$flavour/${source%.c}
			name=$folder/${t##*/}
			[ "$flavour" = release ] || name="$name ($flavour)"
			one "$name" env WORLDS="$worlds" "$t"
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

# tap: laws, damaged input, and the scripts of every folder
tap() {
	programs release prop fault
	one "fuzz/loader" build/release/tests/fuzz/loader
	for folder in tests/*/; do
		folder=${folder#tests/}
		folder=${folder%/}
		case $folder in scenarios | records | lint | threads | fresh) continue ;; esac
		scripts "$folder"
	done
}

conformance() {
	one "conformance" build/release/tests/conformance/conformance --tap
	one "conformance every tick, plain scan" build/release/tests/conformance/conformance --tap --every-tick --plain-scan hand/
	one "conformance, slots given back at once" build/release/tests/conformance/conformance --tap --eager-compaction
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
		# Minutes of its own, and a network: only where changes are judged.
		[ "${CI:-}" != true ] || scripts fresh
		;;
	unit) unit release ;;
	tap) tap ;;
	threads) scripts threads ;;
	conformance) conformance ;;
	reference) programs release reference ;;
	records)
		programs release records
		scripts records
		;;
	lint | scenarios | fresh) scripts "$what" ;;
	*)
		echo "all.sh: no such tests: $what" >&2
		exit 2
		;;
	esac
done

awk '{ p += $1; f += $2; s += $3; c += $4 }
END { printf "%.0f CPU seconds\n", c
      if (s) printf "%d skipped: what they need is absent (see above)\n", s
      printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0 }' "$counts"
