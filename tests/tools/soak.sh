#!/bin/sh
# Long runs, their memory measured: a year of trace in one run against 120 days, and a sweep
# of 100,000 settings against one of 10,000. What grows is what is asked for and no more: the
# rows of the trace, the nodes of the report, the metrics of each setting. Time simulated,
# events and decisions take none. Each has its limit in bytes:
#   a pod       200   times, class, owner and name of the trace (50), when it started and ended
#                     and where (30), sorted waits for quantiles (50)
#   a node      400   each that ever was keeps its row for the report (120), and computing the
#                     report takes columns beside it; slots of gone nodes are given back
#   a setting   700   42 metrics as they are written (336), state, digest, place and values
#                     (170), the order of running and the front (30)
set -u
cd "$(dirname "$0")/../.." || exit 2
dryscale=$PWD/dryscale
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cp tests/conformance/hand/sd-defaults/scenario.json "$work/"
cd "$work" || exit 2
failed=0

# peak COMMAND...: the most memory it had, kB
peak() {
	"$@" >out 2>err &
	pid=$! most=0
	while kill -0 $pid 2>/dev/null; do
		now=$(awk '/VmHWM/ { print $2 }' /proc/$pid/status 2>/dev/null)
		[ "${now:-0}" -gt $most ] && most=$now
		sleep 0.005
	done
	wait $pid || { cat err >&2; most=-1; }
	echo $most
}
# judge WHAT COUNT KB MORE KB LIMIT: bytes for each of MORE - COUNT things
judge() {
	if [ "$3" -le 0 ] || [ "$5" -le 0 ]; then
		echo "FAIL  $1: a command failed"
		failed=1
		return
	fi
	each=$((($5 - $3) * 1024 / ($4 - $2)))
	echo "$2 ${1}s: $3 kB, $4 ${1}s: $5 kB: $each bytes a $1 (limit $6)"
	[ $each -le "$6" ] || { echo "FAIL  memory grew"; failed=1; }
}
# days N: an hourly wave of ten pods for so many days; on nodes that are there, and on new ones
days() {
	awk -v days="$1" 'BEGIN { for (h = 0; h < days * 24; h++) for (p = 0; p < 10; p++)
		printf "{\"t\":%d,\"type\":\"pod\",\"name\":\"p%d-%d\",\"requests\":{\"cpu\":\"1\"},\"duration\":%d,\"owner\":{\"kind\":\"Job\",\"name\":\"j%d\"}}\n",
			h * 3600 + p, h, p, 300 + h % 17 * 60, h % 50 }' >"trace-$1.jsonl"
	sed -e "s/trace.jsonl/trace-$1.jsonl/" -e "s/\"90m\"/\"$(($1 * 24))h\"/" scenario.json >"days-$1.json"
	sed -e 's/"minSize": 0/"minSize": 10/; s/"initialSize": 0/"initialSize": 10/' "days-$1.json" >"steady-$1.json"
}
run() {
	peak "$dryscale" run -q -f json "$1"
}
nodes() {
	"$dryscale" run -q -f json "$1" | grep -o '"nodes_added":[0-9]*' | head -n 1 | tr -dc 0-9
}
days 120
days 365
few=$(run steady-120.json) many=$(run steady-365.json)
judge pod 28800 "$few" 87600 "$many" 200
judge node 0 "$many" "$(nodes days-365.json)" "$(run days-365.json)" 400
days 1
sweep() {
	peak "$dryscale" sweep -q --exhaustive -f csv -g "scale-down-unneeded-time=1s..$1s/1s" \
		-g scale-down-delay-after-add=1s..100s/1s -o "front-$1.csv" days-1.json
}
judge setting 10000 "$(sweep 100)" 100000 "$(sweep 1000)" 700
exit $failed
