#!/bin/sh
# Files that cannot be read or written: the right exit code, a complaint that
# names the file, nothing on standard output, nothing left behind.
set -u
cd "$(dirname "$0")/../.." || exit 2
dryscale=${DRYSCALE:-./dryscale}
case $dryscale in /*) ;; *) dryscale=$PWD/$dryscale ;; esac
work=$(mktemp -d) || exit 2
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
cases=$PWD/tests/conformance/hand
cp "$cases/sd-defaults/scenario.json" "$cases/sd-defaults/trace.jsonl" "$work/"
cd "$work" || exit 2
n=0

result() {
	n=$((n + 1))
	if [ "$2" = 0 ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1"
		echo "# $3"
		sed -n '1,6s/^/# /p' err
	fi
}
# fails NAME CODE WORD COMMAND...: exit code, the word on stderr, nothing on stdout, nothing left
fails() {
	name=$1 code=$2 word=$3
	shift 3
	"$@" >out 2>err </dev/null
	got=$?
	bad=0 why=
	[ $got = "$code" ] || { bad=1; why="exit status $got, wanted $code"; }
	[ -s out ] && { bad=1; why="$why; wrote to standard output"; }
	grep -qF -e "$word" err || { bad=1; why="$why; no word of $word"; }
	for left in *.tmp result*; do [ -e "$left" ] && { bad=1; why="$why; left $left"; rm -rf "$left"; }; done
	result "$name" $bad "$why"
}

fails "a scenario that is not there" 3 none.yaml "$dryscale" run none.yaml
fails "a folder instead of a scenario" 3 "$work" "$dryscale" run "$work"
: >empty.json
fails "an empty scenario" 3 empty.json "$dryscale" run empty.json
sed 's/trace.jsonl/gone.jsonl/' scenario.json >no-trace.json
fails "a trace that is not there" 3 gone.jsonl "$dryscale" run no-trace.json

gzip -c trace.jsonl >whole.jsonl.gz
for cut in 5 20 -9 -1; do
	size=$(wc -c <whole.jsonl.gz)
	[ $cut -lt 0 ] && cut=$((size + cut))
	head -c $cut whole.jsonl.gz >cut.jsonl.gz
	sed 's/trace.jsonl/cut.jsonl.gz/' scenario.json >cut.json
	fails "a trace cut off after $cut of $size bytes" 3 cut.jsonl.gz "$dryscale" run cut.json
done
# One byte of the compressed text is another.
{ head -c 40 whole.jsonl.gz; printf '\377'; tail -c +42 whole.jsonl.gz; } >bad.jsonl.gz
sed 's/trace.jsonl/bad.jsonl.gz/' scenario.json >bad.json
fails "a trace with a damaged byte" 3 bad.jsonl.gz "$dryscale" run bad.json

sed '2s/"t":[0-9.]*/"t":-5/' trace.jsonl >order.jsonl
sed 's/trace.jsonl/order.jsonl/' scenario.json >order.json
fails "a trace out of order" 3 order.jsonl:2 "$dryscale" run order.json

fails "an existing file is kept" 5 scenario.json "$dryscale" run -f json -o scenario.json scenario.json
grep -q '"version"' scenario.json
result "... and is what it was" $? "the scenario was overwritten"
fails "a folder that is not there" 5 nowhere "$dryscale" run -f json -o nowhere/result.json scenario.json
if [ -e /dev/full ]; then
	fails "a full device" 5 /dev/full "$dryscale" run -f json -o /dev/full scenario.json
	"$dryscale" run scenario.json >/dev/full 2>err
	got=$?
	result "a full standard output is exit 5" "$([ $got = 5 ]; echo $?)" "exit status $got"
fi
(
	ulimit -f 1
	trap '' XFSZ
	"$dryscale" generate web-service --seed 1 -q -o result.jsonl >out 2>err
)
got=$?
result "a file that may not grow is exit 5" "$([ $got = 5 ]; echo $?)" "exit status $got"
[ ! -e result.jsonl ] && [ ! -e result.jsonl.tmp ]
result "... and nothing is left" $? "a part of the file is there"
# the shell's unit is 512 or 1024 bytes; a signal would end the program without a word
fails "a file size limit" 5 result.json sh -c 'ulimit -f 1; exec "$0" run -q -f json -o result.json scenario.json' "$dryscale"
fails "a file size limit for the decision log" 5 result.jsonl sh -c 'ulimit -f 1; exec "$0" run -q --events result.jsonl scenario.json' "$dryscale"
echo "1..$n"
