#!/bin/sh
# A disk that fills (a tmpfs of a few pages): results, traces, decision logs, journals and
# audit logs. Each time exit 5 and a message that names the file; no part of a file and
# nothing else is left, an audit log stays valid, a journal is gone on with when there is room.
set -u
cd "$(dirname "$0")/../.." || exit 2
dryscale=${DRYSCALE:-./dryscale}
case $dryscale in /*) ;; *) dryscale=$PWD/$dryscale ;; esac
work=$(mktemp -d) || exit 2
small=$work/small
mkdir "$small"
trap 'umount "$small" 2>/dev/null; rm -rf "$work"' EXIT
mount -t tmpfs -o size=64k none "$small" 2>/dev/null || { echo "1..0 # SKIP a tmpfs cannot be mounted here (needs root)"; exit 0; }
cp tests/conformance/hand/sd-defaults/scenario.json tests/conformance/hand/sd-defaults/trace.jsonl "$work/"
cd "$work" || exit 2
n=0

result() {
	n=$((n + 1))
	if [ -z "$2" ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1: $2"
		sed -n '1,4s/^/# /p' err
	fi
}
# full NAME FILE COMMAND...: FILE does not fit; what was on the disk is there, and no more
full() {
	name=$1 file=$2
	shift 2
	ls -A "$small" >before
	timeout 60 "$@" >out 2>err </dev/null
	got=$?
	why=
	[ $got = 5 ] || why="exit status $got"
	grep -q "^dryscale: error: $file: .*No space left\|^$file:.*No space left" err || why="$why no message about $file"
	ls -A "$small" | cmp -s before - || why="$why left $(ls -A "$small" | comm -13 before - | tr '\n' ' ')"
	result "$name" "$why"
}

# ---- what is larger than the disk
awk 'BEGIN { for (i = 0; i < 3000; i++)
	printf "{\"t\":%d,\"type\":\"pod\",\"name\":\"p%d\",\"requests\":{\"cpu\":\"1\"},\"duration\":300}\n", i, i }' >many.jsonl
sed 's/trace.jsonl/many.jsonl/' scenario.json >many.json
{ echo name,t,cpu,seconds; awk 'BEGIN { for (i = 0; i < 3000; i++) printf "p%d,%d,1,60\n", i, i }'; } >pods.csv
grid="-g scale-down-unneeded-time=1s..150s/1s"

full "explain -o" "$small/out.csv" "$dryscale" explain -q -f csv --worst 1000 -o "$small/out.csv" many.json
full "run --events" "$small/log.jsonl" "$dryscale" run -q --events "$small/log.jsonl" many.json
full "run --events beside a result that fits" "$small/log.jsonl" "$dryscale" run -q -f json \
	--events "$small/log.jsonl" -o "$small/result.json" many.json
full "run --timeline" "$small/line.csv" "$dryscale" run -q --timeline "$small/line.csv" --every-tick many.json
full "import -o" "$small/trace.jsonl" "$dryscale" import csv -q --columns name=name,t=t,cpu=cpu,duration=seconds \
	-o "$small/trace.jsonl" pods.csv
full "generate -o" "$small/trace.jsonl" "$dryscale" generate web-service --seed 1 -q -o "$small/trace.jsonl"
# shellcheck disable=SC2086
full "sweep -o" "$small/result.json" "$dryscale" sweep -q -j2 --exhaustive $grid -f json -o "$small/result.json" scenario.json

# ---- a disk that is full already, to the last byte
fill() {
	dd if=/dev/zero of="$small/filler" bs=4096 count=100 2>/dev/null
}
fill
full "run -o on a full disk" "$small/result.json" "$dryscale" run -q -f json -o "$small/result.json" scenario.json
rm "$small/filler"
echo precious >"$small/result.json"
fill
full "--force on a full disk" "$small/result.json" "$dryscale" run -q -f json --force -o "$small/result.json" scenario.json
result "... keeps the file that was there" "$([ "$(cat "$small/result.json")" = precious ] || echo "it is another one")"
rm "$small/result.json"
fill
# shellcheck disable=SC2086
full "the first line of a journal on a full disk" "$small/journal" "$dryscale" sweep -q $grid -f json \
	--resume "$small/journal" scenario.json
rm "$small/filler"

# ---- a journal: exit 5, what it holds are whole lines, and with room the sweep goes on
dd if=/dev/zero of="$small/filler" bs=4096 count=12 2>/dev/null
# shellcheck disable=SC2086
timeout -s INT --preserve-status 1 "$dryscale" sweep -q -j1 --exhaustive -g scale-down-unneeded-time=1s..300s/1s -g scale-down-delay-after-add=1s..300s/1s \
	-f json --resume "$small/second" -o result.json scenario.json >out 2>err
got=$?
result "a sweep that is stopped tells that its journal is short" "$([ $got = 130 ] && grep -q "^$small/second: error: .*No space left" err ||
	echo "exit status $got, or no message")"
rm -f "$small/second" "$small/filler"
# shellcheck disable=SC2086
"$dryscale" sweep -q -j2 --exhaustive $grid -f json -o whole.json scenario.json >out 2>err
# shellcheck disable=SC2086
timeout 60 "$dryscale" sweep -q -j2 --exhaustive $grid -f json --resume "$small/journal" -o result.json scenario.json >out 2>err
got=$?
why=
[ $got = 5 ] || why="exit status $got"
grep -q "^$small/journal: error: .*No space left" err || why="$why no message about the journal"
[ ! -e result.json.tmp ] || why="$why left result.json.tmp"
cmp -s result.json whole.json || why="$why no result, or another"
result "sweep --resume on a disk that fills: the result is whole, and exit 5" "$why"
kept=$(grep -c '"point"' "$small/journal")
result "... keeps points for the next time" "$([ "$kept" -gt 0 ] || echo "none is in the journal")"
rm -f result.json
rm -f result.json
mount -o remount,size=1m "$small"
# shellcheck disable=SC2086
timeout 60 "$dryscale" sweep -q -j2 --exhaustive $grid -f json --resume "$small/journal" -o result.json scenario.json >out 2>err
got=$?
result "... and goes on when there is room" "$([ $got = 0 ] && cmp -s result.json whole.json || echo "exit status $got, or another result")"
rm -f "$small/journal"
mount -o remount,size=64k "$small"

# ---- an audit log: a record that does not fit is not there, the log is valid
# shellcheck disable=SC2086
"$dryscale" sweep -q -f json -g scale-down-unneeded-time=2m -o front.json scenario.json >out 2>err
propose() {
	timeout 60 "$dryscale" recommend -q --pick cheapest --audit "$small/audit.jsonl" --actor ci front.json >out 2>err
}
fill
propose
got=$?
why=
[ $got = 5 ] || why="exit status $got"
grep -q "^$small/audit.jsonl: error: .*No space left" err || why="$why no message about the log"
[ ! -s "$small/audit.jsonl" ] || why="$why a part of a record is there"
result "the first record on a full disk" "$why"
rm -f "$small/filler"
records=0 got=0
while [ $got = 0 ] && [ $records -lt 1000 ]; do
	[ $records != 1 ] || dd if=/dev/zero of="$small/filler" bs=4096 count=12 2>/dev/null
	propose
	got=$?
	[ $got != 0 ] || records=$((records + 1))
done
why=
[ $got = 5 ] || why="exit status $got"
grep -q "^$small/audit.jsonl: error: .*No space left" err || why="$why no message about the log"
result "records until the disk is full ($records fit)" "$why"
"$dryscale" audit verify "$small/audit.jsonl" >out 2>err
got=$?
result "... leave a log that is valid, with each of them" \
	"$([ $got = 0 ] && [ "$(wc -l <"$small/audit.jsonl")" = $records ] || echo "exit status $got, $(wc -l <"$small/audit.jsonl") lines")"
rm -f "$small/filler"
propose
got=$?
result "... and is gone on with when there is room" "$([ $got = 0 ] && "$dryscale" audit verify -q "$small/audit.jsonl" >out 2>err || echo "exit status $got")"

sed 's/"nodeGroups"/"sweep": {"parameters": {"scale-down-unneeded-time": ["1m", "2m", "3m", "4m", "5m", "6m", "7m", "8m"]}}, "nodeGroups"/' \
	scenario.json >swept.json
# ---- the screens: what is seen is whole, and the end tells of the journal
rm -f "$small"/*
dd if=/dev/zero of="$small/filler" bs=4096 count=15 2>/dev/null
timeout 60 "$dryscale" tui --snapshot 100x30 --keys r --resume "$small/journal" swept.json >out 2>err </dev/null
got=$?
result "the screens tell that their journal is short" "$([ $got = 5 ] && grep -q "^$small/journal: error: .*No space left" err ||
	echo "exit status $got, or no message")"
echo "1..$n"
