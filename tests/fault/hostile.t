#!/bin/sh
# Input that was made to hurt: bombs, lines without end, numbers at the edge, text that a
# terminal would obey. Each is refused with a message or read for what it is, in little
# memory and time; nothing raw reaches a terminal.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2
dryscale=$DRYSCALE
cp tests/conformance/hand/sd-defaults/scenario.json tests/conformance/hand/sd-defaults/trace.jsonl "$work/"
cd "$work" || exit 2

result() {
	n=$((n + 1))
	if [ "$2" = 0 ]; then echo "ok $n - $1"; else
		echo "not ok $n - $1"
		sed -n '1,6s/^/# /p' err
	fi
}
# A command in 1 GB of address space and 30 seconds.
small() {
	(
		ulimit -v 1000000
		timeout -k 1 30 "$dryscale" "$@" >out 2>err </dev/null
	)
}
# refused NAME WORD COMMAND...: exit 3, the word on stderr, nothing on stdout, no control character
refused() {
	name=$1 word=$2
	shift 2
	small "$@"
	[ $? = 3 ] && grep -qF -e "$word" err && [ ! -s out ] && ! LC_ALL=C tr -d '\n' <err | LC_ALL=C grep -q '[[:cntrl:]]'
	result "$name" $?
}
# world TRACE: a scenario over it, as world.json
world() {
	sed "s/trace.jsonl/$1/" scenario.json >world.json
}

# Ten levels of nine aliases are 3,486,784,401 values.
{
	echo 'a: &a [x, x, x, x, x, x, x, x, x]'
	above=a
	for key in b c d e f g h i j; do
		echo "$key: &$key [*$above, *$above, *$above, *$above, *$above, *$above, *$above, *$above, *$above]"
		above=$key
	done
} >bomb.yaml
refused "a YAML alias bomb" --limit-size run bomb.yaml

head -c 400000000 /dev/zero | gzip -9 >bomb.jsonl.gz
world bomb.jsonl.gz
refused "a line of 400 MB in a gzip file of 400 kB" "bomb.jsonl.gz:1: error: the line is longer" run world.json
for cut in 20 -9; do
	gzip -c trace.jsonl | head -c $cut >cut.jsonl.gz
	world cut.jsonl.gz
	refused "a gzip trace cut off at $cut bytes" "fix: fetch the file again" run world.json
done
yes '{"t":5,"type":"pod","name":"p","requests":{"cpu":"1"},"duration":9}' | head -c 50000000 | gzip -1 >long.jsonl.gz
world long.jsonl.gz
refused "a trace over the limit that was given" "--limit-size" run --limit-size 20Mi world.json
{ echo t,cpu,seconds; yes 5,1,9 | head -c 30000000; } | gzip -1 >long.csv.gz
refused "an import over the limit that was given" "--limit-size" import csv --limit-size 20Mi \
	--columns t=t,cpu=cpu,duration=seconds long.csv.gz
(
	ulimit -v 1000000
	head -c 1000000000 /dev/zero | tr '\0' a | timeout -k 1 60 "$dryscale" import csv --columns t=t,cpu=c - >out 2>err
)
[ $? = 3 ] && grep -q 'longer than' err
result "a line of 1 GB through a pipe" $?
# Every reader of recordings hears the limit, and says how to raise it.
limited() {
	name=$1
	shift
	refused "$name over the limit that was given" "--limit-size" "$@" --limit-size 1Ki
}
awk 'BEGIN { for (i = 0; i < 100; i++) {
	printf "{\"t\":%d,\"event\":\"scaleUp\",\"group\":\"a\",\"from\":%d,\"to\":%d}\n", i * 60, i, i + 1
	printf "{\"t\":%d,\"event\":\"nodeReady\",\"node\":\"a-%d\",\"group\":\"a\",\"provision\":%d}\n", i * 60 + 40, i, 40 } }' >log.jsonl
{ echo hours,ended_by; yes 3,preempted | head -n 200; } >lives.csv
yes '{"t":5,"type":"pod","name":"p","requests":{"cpu":"1"},"duration":9}' | head -n 100 >many.jsonl
limited "merged traces" merge -o result.jsonl many.jsonl trace.jsonl
limited "a forecast" forecast -o result.jsonl many.jsonl
limited "provision times" fit provision log.jsonl
limited "lifetimes" fit lifetimes lives.csv
limited "a record to calibrate with" calibrate scenario.json log.jsonl
[ ! -e result.jsonl ]
result "... and nothing is written" $?
{ head -n 1 trace.jsonl; printf '{"t":5400,%9000000s"type":"pod","name":"p","requests":{"cpu":"1"},"duration":9}\n' ""; } >wide.jsonl
world wide.jsonl
refused "a line of 9 MB" "--limit-size 1Gi" run world.json
small run -q -f json --limit-size 1Gi world.json && grep -q '"pods":2,' out
result "a line of 9 MB is read when the limit is raised" $?
small merge --limit-size 1Gi -o - wide.jsonl many.jsonl && [ "$(wc -c <out)" -gt 9000000 ]
result "... by merge as well" $?
"$dryscale" run --limit-size 0 scenario.json >out 2>err
[ $? = 2 ] && grep -q -e '--limit-size' err
result "a limit of nothing is a usage error" $?

gzip -c trace.jsonl >one.gz
half=$(($(wc -l <trace.jsonl) / 2))
{ head -n $half trace.jsonl | gzip -c; tail -n +$((half + 1)) trace.jsonl | gzip -c; } >two.jsonl.gz
world two.jsonl.gz
small run -q -f csv world.json && cp out two.csv && small run -q -f csv scenario.json && cmp -s out two.csv
result "gzip members one after the other are one trace" $?
{ cat one.gz; echo trailing; } >tail.jsonl.gz
world tail.jsonl.gz
refused "text behind a gzip member" "is not gzip data" run world.json

# number VALUE WORD: an arrival at VALUE is refused, or read when the word is empty
number() {
	printf '{"t":%s,"type":"pod","name":"p","requests":{"cpu":"1"},"duration":60}\n' "$1" >number.jsonl
	world number.jsonl
	if [ -n "$2" ]; then
		refused "t: $1" "$2" run world.json
	else
		small run -q -f json world.json && grep -q '"pods":1,' out
		result "t: $1" $?
	fi
}
for value in 9007199254740992 9007199254740993 9223372036854775807 1e300 1e999; do number $value "is too large"; done
for value in NaN Infinity -Infinity 0x10; do number $value "is not a JSON number"; done
for value in -0 -0.0 1e-320; do number $value ""; done

sed 's/"horizon": "[^"]*"/"horizon": "87600h"/' scenario.json >decade.json
small run -q -f json decade.json && grep -q '"end_s":315360000' out
result "a horizon of ten years" $?

printf '{"t":6,"type":"pod","name":"b\377\376","requests":{"cpu":"1"},"duration":60}\n' >bytes.jsonl
world bytes.jsonl
refused "a name that is not UTF-8" "is not UTF-8" run world.json
sed 's/"name": "a"/"name": "=g\\u001b[2J\\u009b\\u0007"/' scenario.json >group.json
refused "a node group named by terminal escapes" "is no name" run group.json
printf '{"t":5,"type":"pod","name":"a\\u001b[31m\\nx","requests":{"cpu":"1"},"duration":60,"owner":{"kind":"Job","name":"=1+1"}}\n' >names.jsonl
world names.jsonl
small run world.json
! cat out err | LC_ALL=C tr -d '\n\t' | LC_ALL=C grep -q '[[:cntrl:]]'
result "a pod named by terminal escapes" $?

# groups COUNT: a scenario of so many node groups
groups() {
	awk -v count="$1" 'BEGIN {
		printf "{\"version\":\"dryscale/v1\",\"horizon\":\"1h\",\"trace\":\"trace.jsonl\",\"nodeGroups\":["
		for (i = 0; i < count; i++)
			printf "%s{\"name\":\"g%d\",\"maxSize\":1,\"price\":0.1,\"allocatable\":{\"cpu\":4,\"memory\":\"8Gi\",\"pods\":9}}\n", i ? "," : "", i
		print "]}"
	}'
}
# Time and memory grow with the number of node groups, not its square.
groups 60000 >many.json
small run --validate many.json
result "60,000 node groups" $?
groups 1000000 >million.json
refused "a million node groups: more text than a scenario may have" "--limit-size 1Gi" run --validate million.json
# roomy COMMAND...: in 4 GB and a minute
roomy() {
	(
		ulimit -v 4000000
		timeout -k 1 60 "$dryscale" "$@" >out 2>err </dev/null
	)
}
roomy run --validate --limit-size 1Gi million.json && grep -q '1000000 node groups' out
result "a million node groups are read when the limit is raised" $?
roomy run -q -f json --limit-size 1Gi million.json && grep -q '"pods":2,' out
result "a million node groups run" $?
rm -f million.json out

# Queues and searches are not by the square either. fleet NODES: that many nodes of ten pods each, all taken at once
fleet() {
	cat >fleet.json <<-END
		{"version":"dryscale/v1","horizon":"2h","trace":"fleet.jsonl","nodeGroups":[{"name":"a","minSize":$1,
		 "initialSize":$1,"maxSize":$1,"allocatable":{"cpu":10,"memory":"80Gi","pods":110},"price":0.1}]}
	END
	awk -v pods="$(($1 * 10))" -v nodes="$1" 'BEGIN {
		for (i = 0; i < pods; i++)
			printf "{\"t\":1,\"type\":\"pod\",\"name\":\"p%d\",\"requests\":{\"cpu\":\"1\"},\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"r\"}}\n", i
		printf "{\"t\":1000,\"type\":\"interrupt\",\"nodeGroup\":\"a\",\"count\":%d}\n", nodes
	}' >fleet.jsonl
}
fleet 20000
small run -q -f json fleet.json && grep -q '"interruptions":20000' out
result "20,000 nodes with 200,000 pods go at once" $?
world trace.jsonl
sed -i '1s/{/{"placeholders":{"nodes":100000},/' world.json
small run -q -f json world.json
result "100,000 placeholders" $?
awk 'BEGIN {
	printf "{\"version\":\"dryscale/v1\",\"horizon\":\"1h\",\"trace\":\"trace.jsonl\",\"autoscaler\":{\"balance-similar-node-groups\":true},\"nodeGroups\":["
	for (i = 0; i < 8000; i++)
		printf "%s{\"name\":\"g%d\",\"maxSize\":9,\"price\":0.1,\"allocatable\":{\"cpu\":4,\"memory\":\"8Gi\",\"pods\":9}}\n", i ? "," : "", i
	print "]}"
}' >similar.json
small run -q -f json similar.json
result "8,000 similar node groups" $?

echo "1..$n"
