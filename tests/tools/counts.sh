#!/bin/sh
# What the last test run and the last fuzzing tried, from what they printed (build/test,
# build/fuzz): the end of make check-all. Exit status 1 when something failed.
set -u
cd "$(dirname "$0")/../.." || exit 2

# sum PATTERN FILE...: of the numbers that the pattern's group catches
sum() {
	pattern=$1
	shift
	cat "$@" 2>/dev/null | sed -n "s/$pattern/\\1/p" | awk '{ s += $1 } END { print s + 0 }'
}
calls=$(sum '^ok .*(\([0-9]*\) calls tried.*' build/test/fault_nth_call.t.log)
moments=$(sum '^ok .*(\([0-9]*\) moments.*' build/test/fault_changes.t.log)
kills=$(sum '^ok .*killed \([0-9]*\) times.*' build/test/fault_sweep_kill.t.log)
signals=$(cat build/test/fault_signals.t.log 2>/dev/null | grep -c '^ok .* SIG')
hostile=$(cat build/test/fault_hostile.t.log build/test/fault_files.t.log build/test/fault_full_disk.t.log \
	build/test/fault_spreadsheet.t.log 2>/dev/null | grep -c '^ok')
inputs=$(sum '^ok .*(\([0-9]*\) \(cases\|inputs\|rounds\)[,)].*' build/test/fuzz_*.log)
worlds=$(sum '^ok .*(\([0-9]*\) worlds).*' build/test/prop_laws*.log)
executions=$(sum '^stat::number_of_executed_units: *\([0-9]*\).*' build/fuzz/*.log)
failures=$(awk '{ s += $2 } END { print s + 0 }' build/test/counts 2>/dev/null)
broken=$(find build/fuzz/found -type f 2>/dev/null | wc -l)

echo "faults tried       $((calls + moments + kills + signals)): $calls calls that fail, $moments moments of a file that" \
	"changes, $signals signals, $kills kills"
echo "inputs tried       $((inputs + hostile)): $inputs damaged or kept, $hostile made to hurt"
echo "worlds under a law $worlds"
echo "executions fuzzed  $executions"
echo "failures           $((failures + broken))"
[ $((failures + broken)) = 0 ]
