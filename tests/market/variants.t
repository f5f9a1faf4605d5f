#!/bin/sh
# Variants side by side: zones and their outages, hazards scaled.
set -u
. "$(dirname "$0")/lib.sh"

# zone NAME ZONE REGION
group() {
	cat <<-END
		  - name: $1
		    instanceType: m5.xlarge
		    capacityType: on-demand
		    region: $3
		    zone: $2
		    minSize: 0
		    maxSize: 4
		    initialSize: 1
		    price: 0.192
		    provisionTime: 60s
	END
}
zoned() {
	cat <<-END
		version: dryscale/v1
		name: zoned
		seed: 1
		horizon: 6h
		trace: zoned.jsonl
		nodeGroups:
	END
	group a us-east-1a us-east-1
	group b us-east-1b us-east-1
	[ $# -eq 0 ] || group c "$1" "$2"
	echo 'autoscaler: {frequent-loops-enabled: false}'
}
i=0
while [ $i -lt 8 ]; do
	echo "{\"t\":$((i * 60)),\"type\":\"pod\",\"name\":\"w$i\",\"requests\":{\"cpu\":\"1500m\",\"memory\":\"1Gi\"},\"until\":21000,\"labels\":{\"app\":\"web\"},\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"web\"}}"
	i=$((i + 1))
done >"$work/zoned.jsonl"
zoned >"$work/two.yaml"
zoned eu-west-1a eu-west-1 >"$work/regions.yaml"
# row VARIANT COLUMN
row() {
	awk -F, -v name="$1" -v column="$2" '$1 == name { print $column }' "$work/out"
}

ok "strategies over zones are compared" tells 0 "$DRYSCALE" zones -f csv "$work/two.yaml"
ok "six of them, each with an outage" sh -c '[ "$(wc -l <"$0")" -eq 13 ]' "$work/out"
ok "groups that differ by zone are one group over the zones" grep -q '^one group over the zones,' "$work/out"
ok "an outage takes nodes" sh -c '[ "$0" -gt 0 ]' "$(row 'not balanced (as it is) while us-east-1a is dry' 8)"
ok "without one none goes" sh -c '[ "$0" -eq 0 ]' "$(row 'not balanced (as it is)' 8)"
ok "one zone alone suffers most when it is that one" awk "BEGIN { exit !($(row 'all in us-east-1a while us-east-1a is dry' 7) < $(row 'balanced while us-east-1a is dry' 7)) }"
ok "the other zone may be the one" tells 0 "$DRYSCALE" zones -f csv --zone us-east-1b --outage 1h..2h "$work/two.yaml"
ok "... and is" grep -q 'all in us-east-1b' "$work/out"
ok "with two regions data may have to stay" tells 0 "$DRYSCALE" zones -f csv "$work/regions.yaml"
ok "... in the first group's" grep -q '^data stays in us-east-1,' "$work/out"
ok "... or in another" tells 0 "$DRYSCALE" zones -f csv --region eu-west-1 "$work/regions.yaml"
ok "... at a price in waiting" awk "BEGIN { exit !($(row 'data stays in eu-west-1' 3) >= $(row 'not balanced (as it is)' 3)) }"
ok "a zone that no group has" tells 2 "$DRYSCALE" zones --zone mars-1a "$work/two.yaml"
sed 's/zone: us-east-1a/zones: [us-east-1a, us-east-1b]/; s/maxSize: 4/maxSize: 8/; s/initialSize: 1/initialSize: 2/
	/name: b/,/provisionTime/d' "$work/two.yaml" >"$work/over.yaml"
ok "one group over two zones" tells 0 "$DRYSCALE" zones -f csv "$work/over.yaml"
ok "... is also seen as one a zone" sh -c '[ "$(grep -c "^one a zone and " "$0")" -eq 6 ]' "$work/out"
same=$(row 'one group over the zones (as it is)' 2)
"$DRYSCALE" zones -f csv "$work/two.yaml" >"$work/out" 2>&1
ok "... and is what two groups merge into" [ "$same" = "$(row 'one group over the zones' 2)" ]
ok "a sweep may ask for either" tells 0 "$DRYSCALE" sweep -q -g zoneStrategy=per-zone,multi-zone -f csv "$work/over.yaml"
cost=$("$DRYSCALE" run -q -p zoneStrategy=per-zone -f json "$work/over.yaml" | sed -n 's/.*"cost_usd_day": *\([0-9.]*\).*/\1/p' | head -1)
ok "... and says what a run says" grep -q "^0,$cost," "$work/out"
sed 's/"labels"/"topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io\/zone","whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"web"}}}],&/' \
	"$work/zoned.jsonl" >"$work/spread.jsonl"
sed 's/zoned.jsonl/spread.jsonl/' "$work/over.yaml" >"$work/trap.yaml"
ok "why a constraint over zones buys nothing" tells 0 "$DRYSCALE" explain --at 20m "$work/trap.yaml"
ok "... is told with the template's zone" printed "it tries a node in one of the group's 2 zones"
ok "a strategy that is none" tells 2 "$DRYSCALE" run -p zoneStrategy=both "$work/over.yaml"
ok "an outage that runs backwards" tells 2 "$DRYSCALE" zones --outage 2h..1h "$work/two.yaml"
scenario >"$work/one.yaml"
small_trace >"$work/small.jsonl"
ok "one zone alone is nothing to compare" tells 4 "$DRYSCALE" zones "$work/one.yaml"
ok "the table is there, too" tells 0 "$DRYSCALE" zones --replications 3 "$work/two.yaml"
ok "... with intervals" printed '+/-'

scenario 'spot: {hazard: {perHour: 0.3}}' >"$work/hazard.yaml"
ok "hazards are scaled" tells 0 "$DRYSCALE" run -f csv --replications 20 --hazard-scale 0,1,10 "$work/hazard.yaml"
ok "none at 0" sh -c '[ "$0" = 0 ]' "$(row 'hazard x 0' 8)"
ok "more at 10 than at 1" awk "BEGIN { exit !($(row 'hazard x 10' 8) > $(row 'hazard x 1' 8)) }"
ok "a factor below 0" tells 2 "$DRYSCALE" run --hazard-scale 1,-3 "$work/hazard.yaml"
ok "a list that is none" tells 2 "$DRYSCALE" run --hazard-scale 1,,3 "$work/hazard.yaml"
done_testing
