#!/bin/sh
# Fuzzes every target for a while with libFuzzer, JOBS (2) at a time: run.sh SECONDS TARGET...
# Starts from tests/fuzz/corpus/NAME; what is found new stays in build/fuzz/corpus/NAME,
# what breaks (a crash, a leak, 10 s for one input, 1 GB) in build/fuzz/found. One row a target
# as it ends, the last line counts them. Exit status 1 when something broke.
set -u
cd "$(dirname "$0")/../.." || exit 2
row='%-20s %12s %10s %8s %8s  %s\n'

fuzz_one() {
	name=${1##*/fuzz_} seconds=$2 found=build/fuzz/found
	corpus=build/fuzz/corpus/$name log=build/fuzz/$name.log given=tests/fuzz/corpus/$name
	mkdir -p "$corpus" "$found"
	[ -d "$given" ] || given=
	# shellcheck disable=SC2086
	"$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
		-print_final_stats=1 -artifact_prefix="$found/$name-" "$corpus" $given >"$log" 2>&1
	status=$?
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	result=ok
	[ $status = 0 ] || result="BROKEN, see $log"
	# shellcheck disable=SC2059
	printf "$row" "$name" "${executions:--}" "${speed:--}" "${edges:--}" \
		"$(find "$corpus" -type f | wc -l)" "$result"
}

if [ "$1" = one ]; then
	fuzz_one "$3" "$2"
	exit 0
fi
seconds=$1
shift
rows=$(mktemp) || exit 2
trap 'rm -f "$rows"' EXIT
# shellcheck disable=SC2059
printf "$row" target executions per-second edges cases result
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -n 1 sh tests/fuzz/run.sh one "$seconds" | tee "$rows"
awk -v wanted=$# '
	$2 + 0 { executions += $2; edges += $4 }
	$6 != "ok" { broken++ }
	END {
		printf "%d targets, %d executions, %d edges (what targets share is counted in each), %d broken\n",
			NR, executions, edges, broken
		exit broken > 0 || NR != wanted
	}' "$rows"
