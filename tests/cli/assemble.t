#!/bin/sh
# A cluster's pods, nodes, Deployment and spot prices become a scenario that
# runs, in one line; and what happens when a part is missing, wrong or there.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2
f=tests/records/fixtures
assemble() {
	"$DRYSCALE" assemble "$@"
}
all() {
	assemble -o "$1" --pods "$f/pods.json" --nodes "$f/nodes.json" --settings "$f/ca.yaml" \
		--prices "$f/spot.json"
}
runs() {
	"$DRYSCALE" run -q -f json "$1" >"$work/result.json" && has "$work/result.json" '"never_scheduled": *0'
}
bills_spot() {
	"$DRYSCALE" run -q "$1" >"$work/table" && has "$work/table" 'spot  *\$0\.1[34][0-9]*/h'
}
same_bytes() {
	all "$work/again.yaml" && cmp "$work/my.trace.jsonl.gz" "$work/again.trace.jsonl.gz" &&
		cmp "$work/my.prices.jsonl.gz" "$work/again.prices.jsonl.gz"
}
p95() {
	"$DRYSCALE" run -q -f json "$1" >"$work/p95.json" && grep -m1 '"p95_wait_s"' "$work/p95.json"
}
consistent() {
	assemble -q -o "$work/anon.yaml" --anonymize key --pods "$f/pods.json" --nodes "$f/nodes.json" &&
		lacks "$work/anon.yaml" 'name: general' && lacks "$work/anon.yaml" 'name: agent' &&
		gzip -dc "$work/anon.trace.jsonl.gz" >"$work/anon.jsonl" && lacks "$work/anon.jsonl" 'etl-' &&
		assemble -q -o "$work/plain.yaml" --pods "$f/pods.json" --nodes "$f/nodes.json" &&
		p95 "$work/anon.yaml" >"$work/a" && p95 "$work/plain.yaml" >"$work/b" && cmp "$work/a" "$work/b"
}
# Google's prices are of a region: the groups of its zones pay them.
by_region() {
	printf '%s\n' date,machine_type,region,on_demand_usd_hour,spot_usd_hour \
		2026-03-01,e2-standard-4,us-central1,0.134,0.0402 >"$work/gcp.csv"
	cat >"$work/pools.json" <<-JSON
		[{"name":"p","config":{"machineType":"e2-standard-4","spot":true},"initialNodeCount":2,
		"autoscaling":{"enabled":true,"minNodeCount":0,"maxNodeCount":5},"locations":["us-central1-a"]}]
	JSON
	assemble -q -o "$work/gcp.yaml" --pods "$f/pods.json" --nodes "$work/pools.json" --prices "$work/gcp.csv" &&
		"$DRYSCALE" run -q "$work/gcp.yaml" >"$work/table" && has "$work/table" 'p  *\$0\.0402/h'
}
truncated() {
	head -c 900 "$f/spot.json" >"$work/cut.json"
	exits 3 assemble -o "$work/cut.yaml" --pods "$f/pods.json" --nodes "$f/nodes.json" --prices "$work/cut.json" &&
		[ ! -e "$work/cut.yaml" ] && [ ! -e "$work/cut.trace.jsonl.gz" ]
}
keeps() {
	sed 's/version/# kept\nversion/' "$work/my.yaml" >"$work/kept.yaml"
	exits 5 all "$work/kept.yaml" && has "$work/kept.yaml" '# kept' && [ ! -e "$work/kept.trace.jsonl.gz" ]
}

ok "pods, nodes, Deployment and spot prices make a scenario" all "$work/my.yaml"
ok "sizes come from the Deployment's --nodes" has "$work/my.yaml" 'maxSize: 6'
ok "flags and priorities are in it" has "$work/my.yaml" 'scale-down-unneeded-time: 5m'
ok "DaemonSets are in it" has "$work/my.yaml" 'name: agent, namespace: kube-system'
ok "it validates" "$DRYSCALE" validate "$work/my.yaml"
ok "it runs, and every pod starts" runs "$work/my.yaml"
ok "spot nodes cost what the history says" bills_spot "$work/my.yaml"
ok "prices of a region hold in its zones" by_region
ok "the same records make the same bytes" same_bytes
ok "names are hashed alike in all parts" consistent
ok "a price list that is cut off: exit 3, nothing is written" truncated
ok "what is there is kept without --force: exit 5" keeps
ok "--force replaces it" "$DRYSCALE" assemble --force -o "$work/my.yaml" --pods "$f/pods.json" --nodes "$f/nodes.json"
ok "--strict refuses made-up sizes" exits 3 "$DRYSCALE" assemble --strict -o "$work/strict.yaml" \
	--pods "$f/pods.json" --nodes "$f/nodes.json"
ok "a part of the wrong kind is a usage error" exits 2 "$DRYSCALE" assemble -o "$work/w.yaml" \
	--pods "$f/nodes.json" --nodes "$f/nodes.json"
ok "a missing part is a usage error" exits 2 "$DRYSCALE" assemble -o "$work/w.yaml" --pods "$f/pods.json"
recorded() {
	assemble -q -o "$work/rec.yaml" --pods "$f/pods.json" --nodes "$f/nodes.json" --records "$f/events.json" &&
		has "$work/rec.yaml" 'initialSize: 0   # as the records begin' &&
		"$DRYSCALE" calibrate -q -f json "$work/rec.yaml" "$f/events.json" >"$work/cal.json" &&
		lacks "$work/cal.json" 'initialSize'
}
ok "sizes at the start are those that the records begin with" recorded
done_testing
