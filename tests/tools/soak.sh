#!/bin/sh
# Long runs, their memory measured: a year of trace in one run against a month of it, and a
# sweep of 100,000 settings against one of 10,000. Memory must not grow with the time
# simulated or the settings tried beyond what a trace, and a result of so many lines, hold.
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
	"$@" >/dev/null 2>err &
	pid=$! most=0
	while kill -0 $pid 2>/dev/null; do
		now=$(awk '/VmHWM/ { print $2 }' /proc/$pid/status 2>/dev/null)
		[ "${now:-0}" -gt $most ] && most=$now
		sleep 0.005
	done
	wait $pid || { cat err >&2; most=-1; }
	echo $most
}
judge() {
	echo "$1: $2 kB, $3: $4 kB"
	[ "$2" -gt 0 ] && [ "$4" -gt 0 ] && [ "$4" -le $(($2 * $5 + 20000)) ] || { echo "FAIL  memory grew"; failed=1; }
}
# days N: an hourly wave of ten pods for so many days
days() {
	awk -v days="$1" 'BEGIN { for (h = 0; h < days * 24; h++) for (p = 0; p < 10; p++)
		printf "{\"t\":%d,\"type\":\"pod\",\"name\":\"p%d-%d\",\"requests\":{\"cpu\":\"1\"},\"duration\":%d,\"owner\":{\"kind\":\"Job\",\"name\":\"j%d\"}}\n",
			h * 3600 + p, h, p, 300 + h % 17 * 60, h % 50 }' >"trace-$1.jsonl"
	sed -e "s/trace.jsonl/trace-$1.jsonl/" -e "s/\"90m\"/\"$(($1 * 24))h\"/" scenario.json >"days-$1.json"
}
days 120
days 365
# The trace is three times as long, and its pods are held.
judge "120 days" "$(peak "$dryscale" run -q -f json days-120.json)" \
	"365 days" "$(peak "$dryscale" run -q -f json days-365.json)" 3
days 1
sweep() {
	peak "$dryscale" sweep -q --exhaustive -f csv -g "scale-down-unneeded-time=1s..$1s/1s" \
		-g scale-down-delay-after-add=1s..100s/1s -o "front-$1.csv" days-1.json
}
judge "10,000 settings" "$(sweep 100)" "100,000 settings" "$(sweep 1000)" 10
exit $failed
