#!/bin/sh
# Fuzzes every target for a while with libFuzzer: run.sh SECONDS TARGET...
# Starts from tests/fuzz/corpus/NAME; what is found new stays in build/fuzz/corpus/NAME,
# what breaks in build/fuzz/found. Exit status 1 when something broke.
set -u
cd "$(dirname "$0")/../.." || exit 2
seconds=$1
shift
found=build/fuzz/found
mkdir -p "$found"
broken=0
printf '%-16s %12s %10s %10s %8s  %s\n' target executions per-second edges cases result
for program in "$@"; do
	name=${program##*/fuzz_}
	corpus=build/fuzz/corpus/$name
	log=build/fuzz/$name.log
	mkdir -p "$corpus"
	given=tests/fuzz/corpus/$name
	[ -d "$given" ] || given=
	# shellcheck disable=SC2086
	"$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
		-print_final_stats=1 -artifact_prefix="$found/$name-" "$corpus" $given >"$log" 2>&1
	status=$?
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	result=ok
	[ $status = 0 ] || { result="BROKEN, see $log"; broken=1; }
	printf '%-16s %12s %10s %10s %8s  %s\n' "$name" "${executions:--}" "${speed:--}" "${edges:--}" \
		"$(find "$corpus" -type f | wc -l)" "$result"
done
exit $broken
