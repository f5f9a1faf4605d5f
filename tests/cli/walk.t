#!/bin/sh
# The walk from an answer to a change and back, as the README tells it:
# recommend, patch, check, approve, drift, roll back.
. "$(dirname "$0")/cli.sh"
began=$(date +%s)
scenario=$here/scenarios/web-and-batch.yaml

cat >values.yaml <<'YAML'
cloudProvider: aws
autoscalingGroups:
  - {name: general, minSize: 4, maxSize: 60}
  - {name: spot, minSize: 0, maxSize: 10}
extraArgs:
  expander: priority
  scale-down-unneeded-time: 10m
  scale-down-delay-after-add: 10m
  scale-down-utilization-threshold: 0.5
YAML
cat >policy.yaml <<'YAML'
version: dryscale/v1
phase: gated
limits:
  maxNodesTotal: 90
  nodeGroups: {spot: {maxNodes: 20}}
  regions: [us-east-1]
  instanceFamilies: [m5]
  slo: ["never_scheduled == 0"]
review: {costChange: 2%, waitChange: 25%}
tags: {team: platform}
YAML

# walk NAME SCENARIO RESULT SLO: with values.yaml, policy.yaml
walk() {
	dry recommend --slo "$4" --policy policy.yaml --scenario "$2" --audit audit.jsonl --actor ci "$3"
	ok "$1: a recommendation within the policy" is 0
	ok "$1: with the reviewers it needs" says 'review: '
	ok "$1: is proposed" tells 'is in audit.jsonl'
	dry recommend --slo "$4" --policy policy.yaml --scenario "$2" --patch helm --against values.yaml -o values-dryscale.yaml "$3"
	ok "$1: the patch" is 0
	ok "$1: says what was" grep -q '# was ' values-dryscale.yaml
	dry recommend --slo "$4" --policy policy.yaml --scenario "$2" -f params -o params.yaml "$3"
	ok "$1: the same as parameters" is 0
	dry check --params params.yaml --policy policy.yaml -t "$4" -t 'cost_day <= base' "$2"
	ok "$1: the gate lets it pass" is 0
	dry approve --audit audit.jsonl --actor maria
	dry approve --audit audit.jsonl --actor bob
	dry audit show -f csv audit.jsonl
	ok "$1: two people looked" sh -c '[ "$(grep -c ,approve, out)" -ge 1 ]'
	dry drift --audit audit.jsonl values.yaml
	ok "$1: before the upgrade live differs" is 1
	dry drift --audit audit.jsonl --actor cron values-dryscale.yaml values.yaml
	ok "$1: after it nothing does" is 0
	dry rollback --audit audit.jsonl --actor maria --reason 'the sale began' --patch helm --against values-dryscale.yaml -o values-back.yaml
	ok "$1: the way back" is 0
	dry drift --audit audit.jsonl values-dryscale.yaml values.yaml
	ok "$1: which is to be gone" is 1
	dry drift --audit audit.jsonl values-back.yaml values.yaml
	ok "$1: all is as it was" is 0
	dry audit verify audit.jsonl
	ok "$1: and all of it is in the log" says unbroken
}

dry sweep -g scale-down-unneeded-time=2m,5m,10m -g scale-down-delay-after-add=2m,10m -g scale-down-utilization-threshold=0.5,0.65 \
	-g nodeGroups.spot.maxSize=5,10,15,25 --progress none -o front.json.gz "$scenario"
ok "web-and-batch: a sweep" is 0
walk web-and-batch "$scenario" front.json.gz 'p95_wait <= 120s'
ok "web-and-batch: spot within its limit" sh -c '! grep -q "\"nodeGroups.spot.maxSize\": \"25\"" params.yaml'

pods=$here/../shared/data/openb/openb_pod_list_default.csv
if [ -f "$pods" ]; then
	mkdir traces scenarios
	cp "$here/scenarios/openb.yaml" scenarios/
	# The first 1,162 pods: the whole trace takes its minute a run.
	dry import openb --to 2900h -o traces/openb.jsonl.gz "$pods"
	ok "openb: imported" is 0
	dry sweep -g scale-down-unneeded-time=2m,10m -g expander=least-waste,price \
		--progress none -o openb.json.gz scenarios/openb.yaml
	ok "openb: a sweep" is 0
	rm audit.jsonl values-*.yaml params.yaml
	cat >values.yaml <<'YAML'
cloudProvider: aws
autoscalingGroups:
  - {name: cpu, minSize: 0, maxSize: 60}
  - {name: gpu1, minSize: 0, maxSize: 600}
  - {name: gpu1-spot, minSize: 0, maxSize: 100}
  - {name: gpu8, minSize: 0, maxSize: 60}
extraArgs: {expander: least-waste, scale-down-unneeded-time: 10m}
YAML
	cat >policy.yaml <<'YAML'
version: dryscale/v1
phase: gated
limits: {nodeGroups: {gpu1-spot: {maxNodes: 350}}, regions: [us-east-1]}
YAML
	walk openb scenarios/openb.yaml openb.json.gz 'p50_wait <= 10m'
else
	skip "openb" "no ../shared/data/openb"
fi
took=$(($(date +%s) - began))
ok "in under five minutes ($took s)" [ "$took" -lt 300 ]
done_testing
