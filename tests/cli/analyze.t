#!/bin/sh
# Pending pods at one instant: kinds, urgency, groups, nodes.
. "$(dirname "$0")/cli.sh"
small
cat >>small.jsonl <<'T'
{"type":"pod","t":2000,"name":"nb","requests":{"cpu":"1","memory":"1Gi"},"until":5000,"priority":1000000,"labels":{"component":"singleuser-server"},"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"big","operator":"Exists"}]}
T
dry analyze --at 110s small.yaml
ok "an instant with pending pods" says 'default/web'
ok "the options of the loop" grep -qE '^  general +[0-9]+ +[0-9]+ +taken: ' out
ok "why not the other group" grep -qE 'default/web +big +node\(s\) had untolerated taint \{big: true\}' out
dry analyze --at 110s -f json small.yaml
ok "as JSON" json '.schema == "dryscale.analyze/1" and .t == 110'
ok "all pending pods are there" json '([.kinds[].pods] | add) == .unschedulable + .waiting_for_upcoming_nodes'
ok "a Deployment is a service of normal urgency" json '.kinds[0].class == "service" and .kinds[0].urgency == "normal"'
ok "requests" json '.kinds[0].requests == {"cpu": 0.8, "memory": 1073741824}'
ok "nodes by requests: two pods on a node" json '.kinds[0] | .groups[0].nodes_needed == ((.pods - .waiting_for_upcoming_nodes + 1) / 2 | floor)'
ok "reasons of those that cannot" json '.kinds[0].groups[1] | .fits == false and (.reason | test("untolerated taint"))'
dry analyze --at 40m -f json small.yaml
ok "an interactive pod of high urgency" json '.kinds[0] | .class == "interactive" and .urgency == "high" and .owner == null'
ok "its selector and toleration" json '.kinds[0] | .nodeSelector == {"disk": "ssd"} and .tolerations[0].key == "big"'
ok "no group can take it" json '[.kinds[0].groups[].could] == [false, false]'
dry analyze --at 40m small.yaml
ok "and the table says none" grep -qE 'disk=ssd, tolerates big .* none$' out
dry analyze -f csv --at 110s small.yaml
ok "CSV: a row a kind and group" sh -c '[ "$(wc -l <out)" -ge 3 ]'
dry analyze -f md --at 110s small.yaml
ok "Markdown" says '| --- |'
dry analyze -f json small.yaml
ok "without a time: when most pods wait" json '.unschedulable + .waiting_for_upcoming_nodes >= 5'
dry analyze --at 30s small.yaml
ok "an instant without pending pods" says '0 pods unschedulable'
dry analyze --at 77h small.yaml
ok "a time beyond the end is exit 4" is 4
dry analyze --at x small.yaml
ok "a time that is none is exit 2" is 2
printf '{"type":"pod","t":5,"name":"other","requests":{"cpu":"1"},"owner":{"kind":"Job","name":"j"},"duration":60}\n' >other.jsonl
dry analyze --trace other.jsonl --at 20s -f json small.yaml
ok "another trace" json '([.kinds[].example] == ["default/other"]) or (.kinds == [])'
done_testing
