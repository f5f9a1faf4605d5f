#!/bin/sh
# Proposals: recommend, approve, drift, roll back; who may, what is refused, what the log keeps.
. "$(dirname "$0")/cli.sh"
small

dry sweep -g scale-down-unneeded-time=2m,10m,30m -g nodeGroups.general.maxSize=4,6 -o r.json --progress none small.yaml
ok "a sweep to choose from" is 0
dry recommend --pick cheapest r.json
ok "a recommendation" is 0
ok "says why" says 'is the cheapest of'
ok "shows the changes" grep -qE 'scale-down-unneeded-time +10m +2m' out
dry recommend -f json --pick cheapest r.json
ok "as one document" json '.schema == "dryscale.recommendation/1" and (.what.changes | length) > 0'
cp out r1.json
dry recommend --schema
cp out schema.json
if python3 -W ignore -c 'import jsonschema' 2>/dev/null; then
	ok "that its schema holds" python3 -W ignore -c '
import json, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(open("r1.json")))'
	ok "and that bites" sh -c 'jq ".what.changes[0].kind = \"flog\"" r1.json >r2.json; ! python3 -W ignore -c "
import json, jsonschema
jsonschema.Draft202012Validator(json.load(open(\"schema.json\"))).validate(json.load(open(\"r2.json\")))"'
else
	skip "that its schema holds" "no python3 jsonschema"
	skip "and that bites" "no python3 jsonschema"
fi
dry recommend --slo 'p95_wait <= 1ms' r.json
ok "an SLO out of reach is exit 4" is 4
ok "and says what is in reach" tells 'the best p95 wait is'
dry recommend --slo 'p95_wiat <= 1s' r.json
ok "an unknown metric is exit 2" is 2
dry recommend none.json
ok "no result is exit 3" is 3
dry recommend --patch json r.json
ok "a JSON patch without a live file is exit 2" is 2
ok "and says what it needs" tells '--against FILE'

cat >policy.yaml <<'YAML'
version: dryscale/v1
phase: supervised
limits:
  flags: {scale-down-unneeded-time: {min: 5m}}
review: {parameterCount: 9, parameterChange: 900%, costChange: 100%, costRise: 100%, waitChange: 100%, maxSizeChange: 100%}
tags: {team: platform, cost-centre: "4711"}
YAML
dry recommend --scenario small.yaml --policy policy.yaml --pick cheapest -f json r.json
ok "a policy's limit is not crossed" json '[.what.changes[] | select(.path == "scale-down-unneeded-time" and .to == "2m")] | length == 0'
ok "what it forbids is counted" json '.why.missed_policy > 0'
ok "tags come along" json '.tags == {"team":"platform","cost-centre":"4711"}'
dry recommend --policy policy.yaml r.json
ok "a policy on flags needs the scenario" is 2
ok "and says so" tells 'add --scenario FILE'
dry recommend --scenario small.yaml --policy policy.yaml --pick cheapest r.json
ok "in the table, too" says 'tags: team=platform, cost-centre=4711'
dry run --policy policy.yaml small.yaml
ok "and into the cost report" says 'team=platform, cost-centre=4711'
dry run --policy policy.yaml -f json small.yaml
ok "for programs" json '.tags["cost-centre"] == "4711"'
dry run --policy policy.yaml -f csv small.yaml
ok "a column a tag" sh -c 'head -1 out | grep -q "tag:team,tag:cost-centre" && sed -n 2p out | grep -q "platform,4711"'
dry run --policy policy.yaml -f md small.yaml
ok "in Markdown" says '| tag team | platform |'
dry run --policy nowhere.yaml small.yaml
ok "a policy that is not there is exit 3" is 3
sed 's/min: 5m/min: 2h/' policy.yaml >strict.yaml
dry recommend --scenario small.yaml --policy strict.yaml r.json
ok "a policy that forbids all is exit 4" is 4
ok "and says so" tells 'the policy forbids all'
sed 's/phase: supervised/phase: observe/; /limits/,/flags/d' policy.yaml >observe.yaml
dry recommend --policy observe.yaml --pick cheapest --patch helm r.json
ok "phase observe makes no patch" is 4
dry policy check policy.yaml
ok "a policy is fine" says 'phase supervised'
dry policy admission policy.yaml
ok "its limits for the API server" says "duration('5m')"

dry approve --audit a.jsonl --actor maria
ok "no log is exit 3" is 3
dry recommend --pick cheapest --audit a.jsonl r.json
ok "nobody proposes nothing" is 2
ok "and no log is made" sh -c '[ ! -e a.jsonl ]'
dry recommend --pick cheapest --audit a.jsonl --actor ci --time 2026-03-02T09:30:00Z r.json
ok "a proposal" tells 'proposal 0 is in a.jsonl'
dry drift --audit a.jsonl small.yaml
ok "nothing is in force before it is approved" is 4
dry approve --audit a.jsonl --actor ci
ok "who proposed does not approve" is 4
dry approve --audit a.jsonl --actor maria --time 2026-13-02T09:30:00Z
ok "a month 13 is exit 2" is 2
dry approve --audit a.jsonl --actor maria --time 2026-03-02T10:00:00Z
ok "somebody else does" says '1 of 1 approval, approved'
dry approve --audit a.jsonl --actor bob --reject 0
ok "a late no is refused" tells 'is approved already'
dry approve --audit a.jsonl --actor bob 7
ok "a proposal that is none is exit 4" is 4

dry drift --audit a.jsonl small.yaml
ok "not applied is drift: exit 1" is 1
ok "and is called so" says 'not applied'
cat >deployment.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: cluster-autoscaler, namespace: kube-system}
spec:
  selector: {matchLabels: {app: ca}}
  template:
    metadata: {labels: {app: ca}}
    spec:
      containers:
        - name: cluster-autoscaler
          image: registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1
          command: [./cluster-autoscaler, "--nodes=1:4:general", "--scale-down-unneeded-time=120s"]
YAML
dry drift --audit a.jsonl -f json deployment.yaml
ok "120s is 2m" json '.settings[] | select(.path == "scale-down-unneeded-time") | .state == "same"'
ok "exit 0" is 0
sed 's/120s/7m/' deployment.yaml >drifted.yaml
dry drift --audit a.jsonl --actor cron -f md drifted.yaml
ok "7m is not" is 1
ok "in Markdown" grep -qE '\| 7m \| changed' out
dry drift --audit a.jsonl --actor cron deployment.yaml
dry audit show -f md a.jsonl
ok "drift is in the log" grep -qE '\| drift \|.*2m -.*> 7m' out
ok "and the look that found none" grep -qE '\| verify \|' out
sed '/scale-down-unneeded/d; s/command: .*/command: [.\/cluster-autoscaler, "--v=4"]/' deployment.yaml >plain.yaml
printf '          command: [./cluster-autoscaler]\n' >>plain.yaml
dry drift --audit a.jsonl -f json plain.yaml
ok "a flag that is not named has its default" json '.settings[] | select(.path == "scale-down-unneeded-time") | .live == "10m" or .live == "10m0s"'
{ printf 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ca}\n---\n# the next\n---\n'; cat drifted.yaml; printf -- '---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n'; } >rendered.yaml
dry drift --audit a.jsonl -f json rendered.yaml
ok "several documents in a file" json '[.settings[] | .state] | contains(["changed", "same"])'
dry recommend --pick cheapest --patch json --against rendered.yaml r.json
ok "and the Deployment among them is patched" json '.[0].value == "cluster-autoscaler"'
sed '/command:/d; s/autoscaler/scaler/' rendered.yaml >nobody.yaml
dry recommend --pick cheapest --patch json --against nobody.yaml r.json
ok "none of them is exit 3" is 3
: >empty.yaml
dry recommend --pick cheapest --patch json --against empty.yaml r.json
ok "an empty file is exit 3" is 3
printf 'a: 1\n---\nb: [\n' >broken.yaml
dry recommend --pick cheapest --patch json --against broken.yaml r.json
ok "a broken one is told at its line" tells 'broken.yaml:'
dry drift --audit a.jsonl small.jsonl
ok "a trace is no live setting: exit 3" is 3

dry rollback --audit a.jsonl --actor maria --patch json --against drifted.yaml
ok "a value that somebody changed since is a conflict" is 3
ok "with its name" tells 'scale-down-unneeded-time is 7m, not 2m'
dry rollback --audit a.jsonl --actor maria --patch json --against deployment.yaml
ok "a rollback" is 0
ok "puts back what was, after a test" json 'first.op == "test" and (map(select(.op == "replace"))[0].value == "--scale-down-unneeded-time=10m")'
dry rollback --audit a.jsonl --actor maria
ok "once" is 4
dry audit verify a.jsonl
ok "the log holds" says 'unbroken'
head=$(sed 's/.* //' out)
dry audit verify --head "$head" a.jsonl
ok "against its head" is 0
sed '$d' a.jsonl >cut.jsonl
dry audit verify --head "$head" cut.jsonl
ok "a cut tail is exit 3" is 3
sed '2s/maria/mario/' a.jsonl >forged.jsonl
dry audit verify forged.jsonl
ok "a forged line is named" tells 'forged.jsonl:2:'
dry audit export a.jsonl
ok "a log as CSV" sh -c '[ "$(head -1 out)" = seq,time,actor,action,ref,target,what,hash ]'

# Has the world changed since? The same trace has not; pods twice as large have.
cp small.jsonl same.jsonl
dry drift --world same.jsonl small.yaml
ok "the same trace is no drift" is 0
ok "and says what it looked at" says 'cpu request'
for copy in a b c d; do sed "s/\"name\":\"/&$copy/" small.jsonl; done | sort -t: -k3 -n >four.jsonl
sed 's/^trace: .*/trace: four.jsonl/' small.yaml >four.yaml
sed 's/800m/1600m/' four.jsonl >large.jsonl
dry drift --world large.jsonl -f json four.yaml
ok "larger pods are" is 1
ok "by their cores" json '.rows | map(select(.drifted) | .what) | contains(["cpu request (cores)"])'
ok "not by their memory" json '.rows | map(select(.what == "memory request (GiB)")) | .[0].distance == 0'
dry drift --world large.jsonl --audit a.jsonl --actor cron four.yaml
dry audit show -f csv a.jsonl
ok "and it is in the log" grep -q ',drift,.*world: cpu request' out
dry drift --world large.jsonl four.yaml small.yaml
ok "one scenario at a time" is 2
done_testing
