#!/bin/sh
# The bundled scenarios: their traces are what the generator makes, they load
# without a complaint, run twice to the same bytes, and differ where they should.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2

same_twice() {
	"$DRYSCALE" run -q -f json "$1" >"$work/one" && "$DRYSCALE" run -q -f json "$1" >"$work/two" &&
		cmp "$work/one" "$work/two"
}
# Pods that come minutes before the end cannot start before it: ten days are enough for all.
every_pod_starts() {
	"$DRYSCALE" check -q -p horizon=240h -t 'never_scheduled == 0' "$1"
}
same_front() {
	"$DRYSCALE" sweep -q --sample 24 -j1 -f json "$1" >"$work/one" &&
		"$DRYSCALE" sweep -q --sample 24 -j4 -f json "$1" >"$work/two" && cmp "$work/one" "$work/two"
}
points() {
	"$DRYSCALE" sweep -q --sample 8 -f csv "$1" >"$work/points" && [ "$(wc -l <"$work/points")" -ge 9 ]
}

ok "the traces are made again to the byte" env DRYSCALE="$DRYSCALE" sh traces/make.sh "$work/traces"
for trace in "$work"/traces/*; do
	ok "traces/${trace##*/} is what the generator makes" cmp "$trace" "traces/${trace##*/}"
done

for scenario in web-and-batch gpu-burst spot-multi-zone black-friday; do
	file=scenarios/$scenario.yaml
	ok "$scenario loads" "$DRYSCALE" run --validate "$file"
	ok "$scenario gives the same bytes twice" same_twice "$file"
	ok "$scenario starts every pod" every_pod_starts "$file"
	ok "$scenario: a sample of its sweep is the same with one and with four jobs" same_front "$file"
	ok "$scenario: a sample has a line a point" points "$file"
done

data=../shared/data/openb/openb_pod_list_default.csv
if [ -f "$data" ]; then
	mkdir -p "$work/scenarios"
	cp scenarios/openb.yaml "$work/scenarios/"
	ok "openb is imported" "$DRYSCALE" import openb -q -o "$work/traces/openb.jsonl.gz" "$data"
	ok "openb runs" "$DRYSCALE" run -q -f json "$work/scenarios/openb.yaml"
else
	skip "openb" "its pod list is not on this machine"
fi
done_testing
