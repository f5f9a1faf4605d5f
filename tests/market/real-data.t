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
	exits 0 "$dryscale" run -f json "$work/replay.yaml"
}
quiet() {
	! grep -iE 'warning|error' "$work/said" || { cat "$work/said"; return 1; }
}
value() {
	grep -o "\"$1\":[-0-9.e+]*" "$work/out" | head -1 | sed 's/.*://'
}

if [ -d "$aws" ]; then
	days=60
	jobs $days >"$work/jobs.jsonl"
	for type in p2.xlarge p2.8xlarge p3.8xlarge p3.16xlarge; do
		"$dryscale" import -q --force -o "$work/prices.jsonl.gz" "$aws/$type.json.gz" 2>"$work/said"
		is "$type: its price history replays" replay "$type" us-east-1c 100
		is "$type: without a warning" quiet
		is "$type: something was paid" sh -c 'awk "BEGIN { exit !($0 > 0) }"' "$(value cost_spot_usd)"
	done
	"$dryscale" import -q --force -o "$work/prices.jsonl.gz" "$aws/p2.8xlarge.json.gz"
	is "a maximum below the peak" replay p2.8xlarge us-east-1c 5
	is "... costs the node at times" sh -c '[ "$0" -ge 1 ]' "$(value interruptions)"
	is "an answer without prices is an empty one" exits 4 "$dryscale" import -o "$work/none.jsonl" "$aws/../us-west-1/p3.8xlarge.json"
else
	skip "AWS price histories" "$aws is not there"
fi

if [ -f "$gcp" ]; then
	days=1100
	jobs 30 >"$work/jobs.jsonl"
	"$dryscale" import -q --force --market spot -o "$work/prices.jsonl.gz" "$gcp"
	is "three years of GCP prices replay" replay a2-highgpu-1g us-central1 100
	is "... without a warning" quiet
	is "... and are paid" sh -c 'awk "BEGIN { exit !($0 > 1000) }"' "$(value cost_spot_usd)"
else
	skip "GCP price history" "$gcp is not there"
fi

if [ -f "$lives" ]; then
	is "490 lifetimes are read" exits 0 "$dryscale" fit lifetimes -f json "$lives"
	is "... all of them" printed '"machines":490,"reclaimed":'"$(grep -c ',preempted' "$lives")"
	is "... without a warning" quiet
	hazard=$("$dryscale" fit lifetimes "$lives" | sed -n 's/^all: hazard: //p')
	small_trace >"$work/small.jsonl"
	scenario "spot: {hazard: $hazard}" >"$work/lives.yaml"
	is "the fitted hazard $hazard replays" exits 0 "$dryscale" run -f json "$work/lives.yaml"
	is "... without a warning" quiet
	is "... and takes nodes" sh -c '[ "$0" -ge 1 ]' "$(value interruptions)"
else
	skip "spot lifetimes" "$lives is not there"
fi
events=../shared/records/kestrel/kubectl/events-end.json.gz
if [ -f "$events" ]; then
	"$dryscale" import -q -o "$work/day.jsonl" events "$events" 2>/dev/null
	is "provision times of recorded events" exits 0 "$dryscale" fit provision -f json "$work/day.jsonl"
	is "... of four node groups" sh -c '[ "$(grep -o "\"nodeGroup\"" "$0" | wc -l)" -eq 4 ]' "$work/out"
	is "... GPU nodes took longest" sh -c '
		grep -o "\"nodeGroup\":\"[^\"]*\",\"nodes\":[0-9]*,\"median_s\":[0-9.]*" "$0" | sed "s/.*nodeGroup\":\"//; s/\".*median_s\":/ /" |
		sort -k2 -n | tail -1 | grep -q "^gpu-a "' "$work/out"
else
	skip "recorded events" "$events is not there"
fi
plan
