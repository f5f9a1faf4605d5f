#!/bin/sh
# Real price histories and lifetimes, read where they lie: they replay without a warning.
set -u
. "$(dirname "$0")/lib.sh"
data=../shared/data
aws=$data/aws-spot-price-history/us-east-1
gcp=$data/gcp-price-history/us-central1.csv
lives=$data/spot-lifetimes/gpu_spot_lifetimes_2020.csv

# jobs DAYS: one of four hours each six hours
jobs() {
	i=0
	while [ $i -lt $(($1 * 4)) ]; do
		echo "{\"t\":$((i * 21600)),\"type\":\"pod\",\"name\":\"j$i\",\"requests\":{\"cpu\":\"4\"},\"duration\":14400,\"owner\":{\"kind\":\"Job\",\"name\":\"j$i\"}}"
		i=$((i + 1))
	done
}
# replay TYPE ZONE MAXPRICE: a spot group that follows $work/prices.jsonl.gz
replay() {
	cat >"$work/replay.yaml" <<-END
		version: dryscale/v1
		name: replay
		horizon: ${days}d
		trace: jobs.jsonl
		prices: prices.jsonl.gz
		nodeGroups:
		  - name: spot
		    instanceType: $1
		    capacityType: spot
		    zone: $2
		    minSize: 1
		    maxSize: 5
		    initialSize: 1
		    maxPrice: $3
		    capacity: {cpu: 8, memory: 61Gi, pods: 58}
		    allocatable: {cpu: 7900m, memory: 58Gi, pods: 58}
		    price: 1
		    provisionTime: 2m
		autoscaler: {frequent-loops-enabled: false}
	END
	sed -i "s/horizon: .*/horizon: $((days * 24))h/" "$work/replay.yaml"
	tells 0 "$DRYSCALE" run -f json "$work/replay.yaml"
}
quiet() {
	! grep -iE 'warning|error' "$work/err" || { cat "$work/err"; return 1; }
}
value() {
	grep -o "\"$1\":[-0-9.e+]*" "$work/out" | head -1 | sed 's/.*://'
}

if [ -d "$aws" ]; then
	days=60
	jobs $days >"$work/jobs.jsonl"
	for type in p2.xlarge p2.8xlarge p3.8xlarge p3.16xlarge; do
		"$DRYSCALE" import -q --force -o "$work/prices.jsonl.gz" "$aws/$type.json.gz" 2>"$work/err"
		ok "$type: its price history replays" replay "$type" us-east-1c 100
		ok "$type: without a warning" quiet
		ok "$type: something was paid" sh -c 'awk "BEGIN { exit !($0 > 0) }"' "$(value cost_spot_usd)"
	done
	"$DRYSCALE" import -q --force -o "$work/prices.jsonl.gz" "$aws/p2.8xlarge.json.gz"
	ok "a maximum below the peak" replay p2.8xlarge us-east-1c 5
	ok "... costs the node at times" sh -c '[ "$0" -ge 1 ]' "$(value interruptions)"
	ok "an answer without prices is an empty one" tells 4 "$DRYSCALE" import -o "$work/none.jsonl" "$aws/../us-west-1/p3.8xlarge.json"
else
	skip "AWS price histories" "$aws is not there"
fi

if [ -f "$gcp" ]; then
	days=1100
	jobs 30 >"$work/jobs.jsonl"
	"$DRYSCALE" import -q --force --market spot -o "$work/prices.jsonl.gz" "$gcp"
	ok "three years of GCP prices replay" replay a2-highgpu-1g us-central1 100
	ok "... without a warning" quiet
	ok "... and are paid" sh -c 'awk "BEGIN { exit !($0 > 1000) }"' "$(value cost_spot_usd)"
else
	skip "GCP price history" "$gcp is not there"
fi

if [ -f "$lives" ]; then
	ok "490 lifetimes are read" tells 0 "$DRYSCALE" fit lifetimes -f json "$lives"
	ok "... all of them" printed '"machines":490,"reclaimed":'"$(grep -c ',preempted' "$lives")"
	ok "... without a warning" quiet
	hazard=$("$DRYSCALE" fit lifetimes "$lives" | sed -n 's/^all: hazard: //p')
	small_trace >"$work/small.jsonl"
	scenario "spot: {hazard: $hazard}" >"$work/lives.yaml"
	ok "the fitted hazard $hazard replays" tells 0 "$DRYSCALE" run -f json "$work/lives.yaml"
	ok "... without a warning" quiet
	ok "... and takes nodes" sh -c '[ "$0" -ge 1 ]' "$(value interruptions)"
else
	skip "spot lifetimes" "$lives is not there"
fi
events=../shared/records/kestrel/kubectl/events-end.json.gz
if [ -f "$events" ]; then
	"$DRYSCALE" import -q -o "$work/day.jsonl" events "$events" 2>/dev/null
	ok "provision times of recorded events" tells 0 "$DRYSCALE" fit provision -f json "$work/day.jsonl"
	ok "... of four node groups" sh -c '[ "$(grep -o "\"nodeGroup\"" "$0" | wc -l)" -eq 4 ]' "$work/out"
	ok "... GPU nodes took longest" sh -c '
		grep -o "\"nodeGroup\":\"[^\"]*\",\"nodes\":[0-9]*,\"median_s\":[0-9.]*" "$0" | sed "s/.*nodeGroup\":\"//; s/\".*median_s\":/ /" |
		sort -k2 -n | tail -1 | grep -q "^gpu-a "' "$work/out"
else
	skip "recorded events" "$events is not there"
fi
done_testing
