#!/bin/sh
# After a wave of Jobs: the earliest safe termination a node group.
. "$(dirname "$0")/cli.sh"

# Twenty Jobs at once on a group of their own, one service beside it; nothing comes after the wave.
cat >wave.yaml <<'YAML'
version: dryscale/v1
name: wave
trace: wave.jsonl
horizon: 4h
nodeGroups:
  - {name: general, instanceType: m5.large, minSize: 1, initialSize: 1, maxSize: 3, price: 0.096, provisionTime: 60s}
  - {name: jobs, instanceType: m5.large, minSize: 0, maxSize: 12, price: 0.096, provisionTime: 60s,
     labels: {for: jobs}, taints: [{key: for, value: jobs, effect: NoSchedule}]}
YAML
printf '{"type":"pod","t":0,"name":"web","requests":{"cpu":"500m","memory":"1Gi"},"until":14400,"owner":{"kind":"ReplicaSet","name":"web"}}\n' >wave.jsonl
for i in 10 11 12 13 14 15 16 17 18 19; do
	printf '{"type":"pod","t":600,"name":"job-%d","requests":{"cpu":"1500m","memory":"1Gi"},"duration":900,"owner":{"kind":"Job","name":"job"},"nodeSelector":{"for":"jobs"},"tolerations":[{"key":"for","operator":"Exists"}]}\n' $i
done >>wave.jsonl

dry after-wave -f json wave.yaml
ok "a study" is 0
ok "one group had a wave" json '[.settings[] | select(.group != null) | .group] == ["jobs"]'
ok "of ten pods" json '.settings[0] | .batch_pods == 10 and .waves == 1 and .released == 10'
ok "its nodes are held for the ten minutes" json '.settings[0].held_s >= 600 and .settings[0].held_s < 700'
ok "nothing comes after it: the shortest time is safe" json '.settings[0].earliest_s == 30'
ok "and saves about nine minutes of ten nodes" json '.together.saved_usd_day * 4 / 24 | . > 0.1 and . < 0.2'
ok "with nothing waiting longer" json '.together.safe and .together.p95_wait_s == .present.p95_wait_s'
dry after-wave wave.yaml
ok "the table says which" grep -qE '30s .* earliest' out
dry after-wave -f params -o wave.params wave.yaml
dry check --params wave.params -t 'cost_day < base' -t 'p95_wait <= base' wave.yaml
ok "the gate agrees" is 0

# Five more Jobs three minutes after the wave: shorter than that, and they wait for nodes.
for i in 20 21 22 23 24 25 26 27 28 29; do
	printf '{"type":"pod","t":1800,"name":"job-%d","requests":{"cpu":"1500m","memory":"1Gi"},"duration":900,"owner":{"kind":"Job","name":"job"},"nodeSelector":{"for":"jobs"},"tolerations":[{"key":"for","operator":"Exists"}]}\n' $i
done >>wave.jsonl
dry after-wave -f json --tolerance 0 wave.yaml
ok "with a second wave soon after" is 0
ok "what makes it wait is not safe" json '.settings[0].tried | map(select(.time_s <= 60)) | all(.safe == false)'
ok "what keeps the nodes until then is" json '.settings[0].tried | map(select(.time_s == 300)) | all(.safe)'
dry after-wave --tolerance lots wave.yaml
ok "a tolerance that is none is exit 2" is 2
grep -v '"job-' wave.jsonl >none.jsonl && mv none.jsonl wave.jsonl
dry after-wave wave.yaml
ok "no wave is exit 4" is 4
done_testing
