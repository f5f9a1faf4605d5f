#!/bin/sh
# The bundled scenarios: their traces are what the generator makes, they load
# without a complaint, run twice to the same bytes, and differ where they should.
set -u
cd "$(dirname "$0")/../.." || exit 2
dryscale=${DRYSCALE:-./dryscale}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n=0

# is NAME COMMAND...: one result; what the command said follows a failure
is() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/said" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed -n '1,12s/^/# /p' "$work/said"
	fi
}
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

same_twice() {
	"$dryscale" run -q -f json "$1" >"$work/one" && "$dryscale" run -q -f json "$1" >"$work/two" &&
		cmp "$work/one" "$work/two"
}
# Pods that come minutes before the end cannot start before it: ten days are enough for all.
every_pod_starts() {
	"$dryscale" check -q -p horizon=240h -t 'never_scheduled == 0' "$1"
}
same_front() {
	"$dryscale" sweep -q --sample 24 -j1 -f json "$1" >"$work/one" &&
		"$dryscale" sweep -q --sample 24 -j4 -f json "$1" >"$work/two" && cmp "$work/one" "$work/two"
}
points() {
	"$dryscale" sweep -q --sample 8 -f csv "$1" >"$work/points" && [ "$(wc -l <"$work/points")" -ge 9 ]
}

is "the traces are made again to the byte" env DRYSCALE="$dryscale" sh traces/make.sh "$work/traces"
for trace in "$work"/traces/*; do
	is "traces/${trace##*/} is what the generator makes" cmp "$trace" "traces/${trace##*/}"
done

for scenario in web-and-batch gpu-burst spot-multi-zone black-friday; do
	file=scenarios/$scenario.yaml
	is "$scenario loads" "$dryscale" run --validate "$file"
	is "$scenario gives the same bytes twice" same_twice "$file"
	is "$scenario starts every pod" every_pod_starts "$file"
	is "$scenario: a sample of its sweep is the same with one and with four jobs" same_front "$file"
	is "$scenario: a sample has a line a point" points "$file"
done

data=../shared/data/openb/openb_pod_list_default.csv
if [ -f "$data" ]; then
	mkdir -p "$work/scenarios"
	cp scenarios/openb.yaml "$work/scenarios/"
	is "openb is imported" "$dryscale" import openb -q -o "$work/traces/openb.jsonl.gz" "$data"
	is "openb runs" "$dryscale" run -q -f json "$work/scenarios/openb.yaml"
else
	skip "openb" "its pod list is not on this machine"
fi
echo "1..$n"
