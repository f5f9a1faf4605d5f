#!/bin/sh
# Signals while a command reads, checks, simulates and writes: it ends soon, with
# 128 + the signal; its output file is whole or not there, and nothing else is left.
# A reader of standard output that has enough ends it quietly, with 0.
set -u
cd "$(dirname "$0")/../.." || exit 2
dryscale=${DRYSCALE:-./dryscale}
case $dryscale in /*) ;; *) dryscale=$PWD/$dryscale ;; esac
work=$(mktemp -d) || exit 2
feeders=
trap 'kill $feeders 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/here" "$work/said"
cp tests/conformance/hand/sd-defaults/scenario.json tests/conformance/hand/sd-defaults/trace.jsonl "$work/here/"
cd "$work/here" || exit 2
out=$work/said/out err=$work/said/err
n=0
# From the signal to the end, ms. What is asked for is half a second; a busy machine gets the same again.
limit_ms=1000

result() {
	n=$((n + 1))
	if [ -z "$2" ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1: $2"
		sed -n '1,6s/^/# /p' "$err"
	fi
}
now_ms() {
	echo $(($(date +%s%N) / 1000000))
}
ls >"$work/before"
# ends NAME SECONDS COMMAND...: each signal after so many seconds of it
ends() {
	name=$1 after=$2
	shift 2
	for each in INT:130 TERM:143 HUP:129; do
		began=$(now_ms)
		timeout -k 20 --preserve-status -s "${each%:*}" "$after" "$@" >"$out" 2>"$err"
		got=$?
		took=$(($(now_ms) - began - $(echo "$after" | awk '{ print $1 * 1000 }')))
		why=
		[ $got = "${each#*:}" ] || why="exit status $got"
		[ $took -le $limit_ms ] || why="$why it went on for $took ms"
		ls | cmp -s "$work/before" - || why="$why left $(ls | comm -13 "$work/before" - | tr '\n' ' ')"
		grep -q 'error:' "$err" && why="$why an error message"
		result "SIG${each%:*} after $after s of $name" "$why"
		ls | comm -13 "$work/before" - | xargs -r rm -f
	done
}

# ---- what takes a while: a million node groups, a trace and a list without end
awk 'BEGIN {
	printf "{\"version\":\"dryscale/v1\",\"horizon\":\"1h\",\"trace\":\"trace.jsonl\",\"nodeGroups\":["
	for (i = 0; i < 1000000; i++)
		printf "%s{\"name\":\"g%d\",\"maxSize\":1,\"price\":0.1,\"allocatable\":{\"cpu\":4,\"memory\":\"8Gi\",\"pods\":9}}\n", i ? "," : "", i
	print "]}"
}' >million.json
mkfifo endless.jsonl endless.csv
sed 's/trace.jsonl/endless.jsonl/' scenario.json >endless.json
# feed FIFO FIRST LINE: for each reader that comes
feed() {
	while :; do { echo "$2" && yes "$3"; } 2>/dev/null >"$1" || :; done &
	feeders="$feeders $!"
}
feed endless.jsonl '{"t":5,"type":"pod","name":"first","requests":{"cpu":"1"},"duration":9}' \
	'{"t":5,"type":"pod","name":"p","requests":{"cpu":"1"},"duration":9}'
feed endless.csv t,cpu,seconds 5,1,9
ls >"$work/before"

for after in 0.2 0.8 2; do
	ends "reading a million node groups" $after "$dryscale" run --validate --limit-size 1Gi million.json
done
ends "checking a million node groups" 3 "$dryscale" validate --limit-size 1Gi million.json
ends "reading a trace without end" 0.5 "$dryscale" validate endless.json
ends "an import without end" 0.7 "$dryscale" import csv -q --columns t=t,cpu=cpu,duration=seconds -o imported.jsonl endless.csv
ends "setting a sweep up" 0.3 "$dryscale" sweep -q -j1 --exhaustive -f json -o swept.json \
	-g scale-down-unneeded-time=1s..4000s/1s -g scale-down-delay-after-add=1s..600s/1s scenario.json
ends "a sweep" 0.6 "$dryscale" sweep -q -j1 --exhaustive -f json -o swept.json \
	-g scale-down-unneeded-time=1s..4000s/1s -g scale-down-delay-after-add=1s..60s/1s scenario.json
ends "a run with a decision log" 5 "$dryscale" run -q --limit-size 1Gi --events log.jsonl --timeline line.csv \
	-f json -o result.json million.json
# One instant that takes long: the flag is not looked at before it is over.
awk 'BEGIN {
	printf "{\"version\":\"dryscale/v1\",\"horizon\":\"1h\",\"trace\":\"trace.jsonl\",\"autoscaler\":{\"balance-similar-node-groups\":true},\"nodeGroups\":["
	for (i = 0; i < 40000; i++)
		printf "%s{\"name\":\"g%d\",\"maxSize\":9,\"price\":0.1,\"allocatable\":{\"cpu\":4,\"memory\":\"8Gi\",\"pods\":9}}\n", i ? "," : "", i
	print "]}"
}' >similar.json
ls >"$work/before"
ends "a loop over 40,000 node groups that are compared" 4 "$dryscale" run -q --events log.jsonl -f json -o result.json similar.json

# ---- a file that was there stays what it was
echo precious >result.json
timeout -k 20 --preserve-status -s TERM 0.5 "$dryscale" import csv -q --columns t=t,cpu=cpu,duration=seconds --force -o result.json \
	endless.csv >"$out" 2>"$err"
result "a file to be replaced stays when the command is stopped" \
	"$([ $? = 143 ] && [ "$(cat result.json)" = precious ] && [ ! -e result.json.tmp ] || echo 'it is another one')"
rm -f result.json
(
	trap '' HUP
	timeout -k 20 --preserve-status -s HUP 0.05 "$dryscale" run -q -f json -o result.json scenario.json >"$out" 2>"$err"
)
result "a signal that the caller ignores is ignored" "$([ $? = 0 ] && [ -s result.json ] || echo 'it ended the run')"
rm -f result.json

# ---- a pipe that is closed early
# early NAME COMMAND...: its first line is read, and no more
early() {
	name=$1
	shift
	first=$({ "$@" 2>"$err"; echo $? >"$work/said/code"; } | head -n 1)
	why=
	[ -n "$first" ] || why="no first line"
	[ "$(cat "$work/said/code")" = 0 ] || why="$why exit status $(cat "$work/said/code")"
	[ ! -s "$err" ] || why="$why it said something"
	result "$name | head -n 1" "$why"
}
early "run" "$dryscale" run -q scenario.json
early "sweep -f csv" "$dryscale" sweep -q -f csv -g scale-down-unneeded-time=1s..2000s/1s scenario.json
early "validate of a million node groups" "$dryscale" validate -q --limit-size 1Gi million.json
early "generate" "$dryscale" generate web-service --seed 1 -q
early "help man" "$dryscale" help man
echo "1..$n"
