#!/bin/sh
# Measures speed as ratios within this one run, prints a table of measurements
# and one of goals (met or RED), and adds both to bench/results.jsonl. Times are
# CPU seconds (user and system), the least of some runs; "to gzip" is the ratio to
# "gzip -dc" of the same trace here and now: a number that another machine can be
# held against. Nothing fails when a goal is missed.
#   REPEATS=5 LONG=1 sh bench/bench.sh      LONG=1: 10,000 settings, all of them run
set -eu
cd "$(dirname "$0")/.."
repeats=${REPEATS:-5}
timer=build/release/bench/timer
work=build/bench
out=bench/results.jsonl
goals=$work/goals
mkdir -p "$work"
: >"$goals"

commit=$(git rev-parse --short HEAD 2>/dev/null || echo none)
cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null | head -1)
cores=$(getconf _NPROCESSORS_ONLN)
load=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo '?')
echo "machine: ${cpu:-unknown}, $cores cores, load $load, $(cc --version | head -1)"
echo "commit:  $commit"
echo

# calc EXPRESSION [NAME=VALUE]...: a number
calc() {
	expression=$1
	shift
	args=
	for pair in "$@"; do args="$args -v $pair"; done
	# shellcheck disable=SC2086
	awk $args "BEGIN { printf \"%.4g\", $expression }"
}

# measure NAME REPEATS NOTE COMMAND...: sets cpu_s, wall_s, kib
measure() {
	name=$1 times=$2 note=$3
	shift 3
	# shellcheck disable=SC2046
	set -- $("$timer" "$times" "$@")
	wall_s=$2 kib=$4 cpu_s=$5
	ratio=-
	[ -n "${base:-}" ] && ratio=$(calc 'a / b' "a=$cpu_s" "b=$base")
	printf '%-40s %9.3f s CPU  %9.3f s wall  %6d MiB  %7s  %s\n' "$name" "$cpu_s" "$wall_s" \
		$((kib / 1024)) "$ratio" "$note"
	printf '{"bench":"%s","cpu_s":%s,"wall_s":%s,"peak_kib":%s,"ratio":"%s","commit":"%s"}\n' \
		"$name" "$cpu_s" "$wall_s" "$kib" "$ratio" "$commit" >>"$out"
}

# goal NAME VALUE OPERATOR LIMIT: one line of the second table
goal() {
	verdict=$(awk -v a="$2" -v o="$3" -v b="$4" \
		'BEGIN { print (o == "<=" ? a + 0 <= b + 0 : a + 0 >= b + 0) ? "met" : "RED" }')
	printf '%-62s %9s   goal %s %-9s %s\n' "$1" "$2" "$3" "$4" "$verdict" >>"$goals"
	printf '{"goal":"%s","value":%s,"limit":"%s %s","verdict":"%s","commit":"%s"}\n' \
		"$1" "$2" "$3" "$4" "$verdict" "$commit" >>"$out"
}

# workload PODS HOURS: its folder in $folder
workload() {
	folder=$work/peer-$1-$2
	[ -f "$folder/scenario.json" ] ||
		python3 ../shared/bench/peer_workload.py "$folder" --pods "$1" --hours "$2"
}

printf '%-40s %32s %24s  %s\n' what '' peak 'to gzip'
if command -v python3 >/dev/null 2>&1 && [ -f ../shared/bench/peer_workload.py ]; then
	# --- one run, against unpacking its trace
	workload 100000 24
	base=
	measure "gzip -dc, 100,000 pods / 24 h" "$repeats" "" gzip -dc "$folder/trace.jsonl.gz"
	base=$cpu_s gzip_100k=$cpu_s
	measure "validate (read and check)" "$repeats" "" ./dryscale validate -q "$folder/scenario.json"
	measure "run, 100,000 pods / 24 h" "$repeats" "" ./dryscale run -q "$folder/scenario.json"
	run_100k=$cpu_s
	goal "run of 100,000 pods / 24 h to gzip -dc (stretch: 3)" "$(calc 'a / b' "a=$cpu_s" "b=$base")" '<=' 5
	goal "the same, times faster than the peer's 68 s" "$(calc '68 / a' "a=$cpu_s")" '>=' 100

	workload 10000 24
	base=
	measure "gzip -dc, 10,000 pods / 24 h" "$repeats" "" gzip -dc "$folder/trace.jsonl.gz"
	base=$cpu_s
	measure "run, 10,000 pods / 24 h" "$repeats" "" ./dryscale run -q "$folder/scenario.json"
	run_10k=$cpu_s day=$folder/scenario.json

	workload 1000000 168
	base=
	measure "gzip -dc, 1,000,000 pods / 7 d" 3 "" gzip -dc "$folder/trace.jsonl.gz"
	base=$cpu_s
	measure "run, 1,000,000 pods / 7 d" 3 "" ./dryscale run -q "$folder/scenario.json"
	goal "run of 1,000,000 pods / 7 d to gzip -dc" "$(calc 'a / b' "a=$cpu_s" "b=$base")" '<=' 6
	goal "the same, bytes of memory a pod" "$(calc 'k * 1024 / 1e6' "k=$kib")" '<=' 400
	# n log n from 10 thousand to a million: 100 * log(10^6) / log(10^4) = 150 times
	goal "growth of time from 10 k to 1 M pods, of n log n" "$(calc 'a / b / 150' "a=$cpu_s" "b=$run_10k")" '<=' 1

	# --- nodes: the same 10,000 pods on nodes that stay
	for size in 125 1250; do
		sed -e "s/\"initialSize\": 0/\"initialSize\": $size/; s/\"minSize\": 0/\"minSize\": $size/" \
			-e "s#\"trace\": \"#\"trace\": \"$PWD/$(dirname "$day")/#" "$day" >"$work/nodes-$size.json"
		base=
		measure "run, 10,000 pods on $((size * 4)) nodes" "$repeats" "" ./dryscale run -q "$work/nodes-$size.json"
		[ "$size" = 125 ] && few=$cpu_s
	done
	goal "10,000 pods on 5,000 nodes, times faster than the peer's 35 s" "$(calc '35 / a' "a=$cpu_s")" '>=' 100
	# 500 to 5,000 nodes: 10 * log(5000) / log(500) = 13.7 times
	goal "growth of time from 500 to 5,000 nodes, of n log n" "$(calc 'a / b / 13.7' "a=$cpu_s" "b=$few")" '<=' 1

	# --- sweeps of a 10,000-pod day
	grid="-g scale-down-unneeded-time=1m..20m/1m -g scale-down-delay-after-add=1m..10m/1m"
	base=
	# shellcheck disable=SC2086
	measure "sweep -j1, 200 settings" 1 "" ./dryscale sweep -q -j1 $grid "$day"
	goal "one setting of a sweep, of a first run" "$(calc 'a / 200 / b' "a=$cpu_s" "b=$run_10k")" '<=' 0.3
	one=$wall_s
	# shellcheck disable=SC2086
	measure "sweep -j2, 200 settings" 1 "" ./dryscale sweep -q -j2 $grid "$day"
	goal "2 workers, times one" "$(calc 'a / b' "a=$one" "b=$wall_s")" '>=' 1.9
	# shellcheck disable=SC2086
	measure "sweep -j1 --exhaustive, 200 settings" 1 "" ./dryscale sweep -q -j1 --exhaustive $grid "$day"
	echo "  (--exhaustive: every setting runs, none shares a run or is given up: $(calc 'a / 200 / b' "a=$cpu_s" "b=$run_10k") of a first run a setting)"
	if [ "${LONG:-0}" = 1 ]; then
		grid="$grid -g scale-down-utilization-threshold=0.3..0.7/0.1 -g expander=least-waste,most-pods,least-nodes,random,price"
		grid="$grid -g max-drain-parallelism=1,5"
		# shellcheck disable=SC2086
		measure "sweep -j$cores, 10,000 settings" 1 "" ./dryscale sweep -q $grid "$day"
		goal "10,000 settings over a 10,000-pod day, minutes" "$(calc 'a / 60' "a=$wall_s")" '<=' 5
	fi
else
	echo "(the peers' workload is not there: no ratios to it)"
fi

# --- import: pod lists as kubectl prints them, against reading the same bytes
list=$work/pods.json
megabytes=${MEGABYTES:-100}
build/release/bench/podlist "$megabytes" >"$list"
gzip -n1 <"$list" >"$list.gz"
base=
measure "cat, a pod list of $megabytes MB" "$repeats" "" cat "$list"
measure "import pod-list" "$repeats" "" ./dryscale import pod-list -q --force -o /dev/null "$list"
goal "import of a pod list, MB/s on one core" "$(calc 'm / a' "m=$megabytes" "a=$cpu_s")" '>=' 100
base=
measure "gzip -dc, the same compressed" "$repeats" "" gzip -dc "$list.gz"
base=$cpu_s
measure "import pod-list, gzip" "$repeats" "" ./dryscale import pod-list -q --force -o /dev/null "$list.gz"

# --- the event core
best() {
	for _ in 1 2 3 4 5; do build/release/bench/mm1 "$@"; done |
		sed 's/.*"events_per_s":\([0-9]*\).*/\1/' | sort -n | tail -1
}
goal "M/M/1, million events a CPU second" "$(calc 'a / 1e6' "a=$(best 10000000)")" '>=' 40
goal "the same with 100,000 idle entries" "$(calc 'a / 1e6' "a=$(best 4000000 0.8 100000)")" '>=' 12

echo
cat "$goals"
