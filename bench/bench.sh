#!/bin/sh
# Measures and prints a table; each row also goes to bench/results.jsonl.
# Times are wall seconds, the median of some runs, and where a trace is read the
# ratio to "gzip -dc" of the same trace on this machine at this moment: a number
# that another machine can be held against.
#   PODS=100000 HOURS=24 REPEATS=5 sh bench/bench.sh
set -eu
cd "$(dirname "$0")/.."
pods=${PODS:-100000}
hours=${HOURS:-24}
repeats=${REPEATS:-5}
timer=build/release/bench/timer
work=build/bench
out=bench/results.jsonl
mkdir -p "$work"

commit=$(git rev-parse --short HEAD 2>/dev/null || echo none)
cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -1)
cores=$(getconf _NPROCESSORS_ONLN)
load=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')
echo "machine: ${cpu:-unknown}, $cores cores, load $load, $(cc --version | head -1)"
echo "commit:  $commit"
echo

# The workload on which other simulators were measured, when its maker is there.
if command -v python3 >/dev/null 2>&1 && [ -f ../shared/bench/peer_workload.py ]; then
	what=peer
	[ -f "$work/peer-$pods-$hours/scenario.json" ] ||
		python3 ../shared/bench/peer_workload.py "$work/peer-$pods-$hours" --pods "$pods" --hours "$hours"
	scenario=$work/peer-$pods-$hours/scenario.json
	trace=$work/peer-$pods-$hours/trace.jsonl.gz
else
	what=web-service
	echo "(the peers' workload is not there: web-service instead)"
	trace=$work/web.jsonl.gz
	./dryscale generate web-service --seed 1 --scale "$((pods / 750 + 1))" --force -q -o "$trace"
	sed -e "s#^trace:.*#trace: $PWD/$trace#" -e '/^  - \.\.\/traces/d' -e 's/maxSize: .*/maxSize: 5000/' \
		scenarios/web-and-batch.yaml >"$work/web.yaml"
	scenario=$work/web.yaml
fi

# row NAME MEDIAN MIN MAX KIB RATIO NOTE
row() {
	printf '%-34s %9.3f s  %9.3f..%-9.3f %8d MiB  %8s  %s\n' "$1" "$2" "$3" "$4" $(($5 / 1024)) "$6" "$7"
	printf '{"bench":"%s","median_s":%s,"min_s":%s,"max_s":%s,"peak_kib":%s,"ratio":"%s","commit":"%s","workload":"%s"}\n' \
		"$1" "$2" "$3" "$4" "$5" "$6" "$commit" "$what" >>"$out"
}
# measure NAME NOTE COMMAND...
measure() {
	name=$1 note=$2
	shift 2
	# shellcheck disable=SC2046
	set -- $("$timer" "$repeats" "$@")
	ratio=-
	[ -n "${base:-}" ] && ratio=$(awk -v a="$2" -v b="$base" 'BEGIN { printf "%.2fx", a / b }')
	row "$name" "$2" "$1" "$3" "$4" "$ratio" "$note"
	last=$2
}

printf '%-34s %11s  %20s %12s  %8s\n' what median 'min..max' peak 'to gzip'
base=
measure "gzip -dc" "$(gzip -dc "$trace" | wc -lc | awk '{ printf "%d lines, %.1f MB", $1, $2 / 1e6 }')" gzip -dc "$trace"
base=$last
measure "run --validate (read and check)" "" ./dryscale run --validate "$scenario"
measure "run" "$pods pods over $hours h" ./dryscale run -q "$scenario"

# Pod lists as kubectl prints them, against reading the same bytes and doing nothing.
list=$work/pods.json
megabytes=${MEGABYTES:-100}
build/release/bench/podlist "$megabytes" >"$list"
gzip -n1 <"$list" >"$list.gz"
base=
measure "cat (pod list)" "$megabytes MB of JSON" cat "$list"
base=$last
measure "import pod-list" "to cat" ./dryscale import pod-list -q --force -o /dev/null "$list"
awk -v s="$last" -v m="$megabytes" 'BEGIN { printf "%-34s %9.0f MB/s on one core (goal: 100)\n", "", m / s }'
base=
measure "gzip -dc (pod list)" "" gzip -dc "$list.gz"
base=$last
measure "import pod-list, gzip" "to gzip -dc" ./dryscale import pod-list -q --force -o /dev/null "$list.gz"
base=
demo=scenarios/web-and-batch.yaml
measure "run web-and-batch" "" ./dryscale run -q "$demo"
measure "sweep web-and-batch -j1" "" ./dryscale sweep -q --progress none -j1 "$demo"
one=$last
measure "sweep web-and-batch -j$cores" "" ./dryscale sweep -q --progress none -j"$cores" "$demo"
awk -v a="$one" -v b="$last" -v n="$cores" 'BEGIN { printf "\nspeed-up of the sweep on %d cores: %.2f\n", n, a / b }'
build/release/bench/mm1 | tee -a "$out"
