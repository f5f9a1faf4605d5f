#!/bin/sh
# Unusual scale-ups: found, attributed, explained by their cause, proposals simulated.
. "$(dirname "$0")/cli.sh"

# scenario FILE DAYS [LINE...]: one group of 2 cores over the trace of that name
scenario() {
	cat >"$1.yaml" <<YAML
version: dryscale/v1
name: $1
trace: $1.jsonl
horizon: $((24 * $2))h
autoscaler: {frequent-loops-enabled: false}
nodeGroups:
  - {name: general, instanceType: m5.large, minSize: 1, initialSize: 1, maxSize: 60, price: 0.096, provisionTime: 60s}
YAML
	shift 2
	for line in "$@"; do printf '%s\n' "$line" >>"$1.yaml"; done
}
# pods FROM COUNT PREFIX CPU DURATION OWNER [MORE]: one a second
pods() {
	awk -v from="$1" -v count="$2" -v prefix="$3" -v cpu="$4" -v duration="$5" -v owner="$6" -v more="${7:-}" 'BEGIN {
		for (i = 0; i < count; i++)
			printf "{\"type\":\"pod\",\"t\":%d,\"name\":\"%s-%d\",\"requests\":{\"cpu\":\"%s\"},\"duration\":%d,\"owner\":{\"kind\":\"Job\",\"name\":\"%s\"}%s}\n",
				from + i, prefix, i, cpu, duration, owner, more }'
}

# Sixteen days with two pods an hour, and one burst with a heavy init container.
for h in $(seq 0 383); do
	pods $((h * 3600 + 100)) 2 "base$h" 1500m 300 "base-$h"
	[ "$h" = 250 ] && pods $((h * 3600 + 1800)) 20 migrate 200m 600 migrate-1 ',"initRequests":{"cpu":"1800m"}'
done >init.jsonl
scenario init 16
dry investigate --top 1 -f json init.yaml
ok "a burst in sixteen days is found" json '.schema == "dryscale.investigate/1" and (.answers | length) == 1 and .answers[0].t == 900000'
ok "and confirmed" json '.answers[0].steps[] | select(.step == "unusual") | .reason == "confirmed"'
ok "its owner is named first" json '[.answers[0].steps[] | select(.step == "who")][0].text | test("default/migrate, (19|20) pods")'
ok "init containers are the cause" json '.answers[0].steps[] | select(.step == "cause") | .reason == "A1"'
ok "without them fewer nodes come, simulated" json '[.answers[0].steps[] | select(.step == "what if")][0] | (.text | test("simulated")) and .nodes < 15'
dry investigate --top 1 init.yaml
ok "one paragraph says it" sh -c 'grep -q "general grew by" out && grep -q "init containers add" out'
dry investigate --top 1 --requests cpu=100m -f json init.yaml
ok "a request of one's own is simulated" json '[.answers[0].steps[] | select(.step == "what if") | .text | test("asks for cpu=100m")] | any'
dry investigate --requests cpu init.yaml
ok "a request without a quantity is exit 2" is 2
dry investigate --requests gpu=1 init.yaml
ok "a resource that there is not is exit 2" is 2
dry investigate --group generl init.yaml
ok "an unknown group is exit 2" is 2
ok "and the nearest is named" tells general
dry investigate --at 100h init.yaml
ok "an hour that does not stand out can be asked for" grep -q 'general +' out

# Every night at the same minute: the fourth night is larger.
for d in 0 1 2 3; do
	c=6
	[ $d = 3 ] && c=24
	pods $((d * 86400 + 7200)) $c "night$d" 1500m 900 "night-$d"
done >cron.jsonl
scenario cron 4
dry investigate --top 1 -f json cron.yaml
ok "a nightly job is a cron burst" json '.answers[0].steps[] | select(.step == "cause") | .reason == "A5"'
ok "pre-warming is simulated" json '[.answers[0].steps[] | select(.step == "what if") | .text | test("minSize=")] | any'

# A service that is rolled out: on the third day many more of its pods come, and soon half of them go.
{
	for d in 0 1 2; do
		for i in 1 2 3; do
			printf '{"type":"pod","t":%d,"name":"web-%d-%d","requests":{"cpu":"900m"},"until":%d,"owner":{"kind":"ReplicaSet","name":"web-7d9f8c6b5d"}}\n' \
				$((d * 86400 + 100 + i)) $d $i $((d * 86400 + 80000))
		done
		[ $d = 2 ] && for i in $(seq 1 16); do
			printf '{"type":"pod","t":%d,"name":"new-%d","requests":{"cpu":"900m"},"until":%d,"owner":{"kind":"ReplicaSet","name":"web-5c4b7d9f8c"}}\n' \
				$((d * 86400 + 36000 + i)) $i $((d * 86400 + 36000 + 400 + i * 60))
		done
	done
} >rollout.jsonl
scenario rollout 3
dry investigate --at 2d10:00 -f json rollout.yaml
ok "two ReplicaSets of a Deployment are one owner, a rollout" json '.answers[0].steps[] | select(.step == "cause") | .reason == "A4"'

# A wave of interruptions: the pods come back and ask for new nodes.
{
	pods 1000 12 work 1500m 40000 work-1
	printf '{"type":"interrupt","t":20000,"nodeGroup":"general","count":12}\n'
} >reclaim.jsonl
scenario reclaim 1
sed -i 's/price: 0.096/capacityType: spot, price: 0.096/' reclaim.yaml
dry investigate --at 20000s -f json reclaim.yaml
ok "reclaimed pods are the cause" json '.answers[0].steps[] | select(.step == "cause") | .reason == "A2"'

# A node had room, but the pods may not share one.
{
	pods 1000 1 first 100m 40000 first-1
	pods 8000 5 spread 100m 2000 spread-1 ',"labels":{"app":"s"},"affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"labelSelector":{"matchLabels":{"app":"s"}},"topologyKey":"kubernetes.io/hostname"}]}}'
} >affinity.jsonl
scenario affinity 1
dry investigate --at 8000s -f json affinity.yaml
ok "a constraint is the cause" json '.answers[0].steps[] | select(.step == "cause") | .reason == "A6"'
ok "relaxed, no node comes" json '[.answers[0].steps[] | select(.step == "what if")][0].nodes == 0'

# DaemonSets eat the node.
pods 1000 9 small 800m 3000 small-1 >daemon.jsonl
scenario daemon 1
printf 'daemonSets:\n  - {name: agent, namespace: kube-system, requests: {cpu: 600m}}\n' >>daemon.yaml
dry investigate -f json daemon.yaml
ok "DaemonSets are the cause" json '.answers[0].steps[] | select(.step == "cause") | .reason == "A8"'
ok "with half of them, fewer nodes" json '[.answers[0].steps[] | select(.step == "what if")][0] | .nodes < 8'

dry investigate -p placeholders.nodes=4 --at 2h -f json cron.yaml
ok "headroom is an owner of its own" json '[.answers[0].steps[] | select(.step == "who") | .text | test("dryscale/placeholder")] | any'

: >quiet.jsonl
scenario quiet 1
dry investigate quiet.yaml
ok "nothing unusual is exit 4" is 4
dry investigate --at 1h quiet.yaml
ok "an hour without a node is exit 4" is 4
dry investigate --at noon quiet.yaml
ok "a time that is none is exit 2" is 2
dry investigate -j1 -f json cron.yaml
cp out one
dry investigate -j4 -f json cron.yaml
ok "threads change no byte" cmp out one
for f in table csv md; do
	dry investigate -f $f cron.yaml
	ok "as $f" sh -c '[ -s out ] && grep -q "A5" out'
done

# What a real cluster recorded: a day of single nodes, then six at once for one Deployment.
{
	printf '{"type":"header","version":"dryscale/v1","epoch":"2026-03-02T00:00:00Z","source":"test"}\n'
	for h in $(seq 0 30); do
		printf '{"t":%d,"event":"scaleUp","nodeGroup":"pool","from":1,"to":2}\n' $((h * 3600 + 10))
		printf '{"t":%d,"event":"nodeReady","nodeGroup":"pool","node":"pool-x%d"}\n' $((h * 3600 + 70)) $h
		printf '{"t":%d,"event":"podStart","pod":"default/api-5c4b7d9f8c-x%dbcd","node":"pool-x%d","wait":65}\n' $((h * 3600 + 71)) $h $h
		[ $h = 20 ] || continue
		printf '{"t":%d,"event":"scaleUp","nodeGroup":"pool","from":2,"to":8}\n' $((h * 3600 + 600))
		for i in 1 2 3 4 5 6; do
			printf '{"t":%d,"event":"nodeReady","nodeGroup":"pool","node":"pool-y%d"}\n' $((h * 3600 + 660)) $i
		done
		for i in 1 2 3 4 5 6; do
			printf '{"t":%d,"event":"podStart","pod":"shop/cart-7d9f8c6b5d-b%dcdf","node":"pool-y%d","wait":62}\n' $((h * 3600 + 661)) $i $i
		done
	done
} >recorded.jsonl
dry investigate --log recorded.jsonl -f json
ok "a record: the hour is found" json '(.answers | length) == 1 and .answers[0].t == 72000'
ok "by owners read off the pods' names" json '[.answers[0].steps[] | select(.step == "who") | .text] | (.[0] | test("shop/cart, 6 pods")) and (.[1] | test("default/api, 1 pod"))'
ok "nothing is simulated" json '[.answers[0].steps[] | select(.step == "what if")] == []'
dry investigate --log recorded.jsonl cron.yaml
ok "a record and a scenario are exit 2" is 2
dry investigate --log nowhere.jsonl
ok "a record that is not there is exit 3" is 3
dry investigate
ok "nothing to look at is exit 2" is 2
done_testing
