#!/bin/sh
# With preemption: the node that was being cleared for a pod goes. The pod is
# offered again at that instant, and clears another one; it does not wait for
# something else to happen.
. "$(dirname "$0")/../support/tap.sh"
cat >"$work/scenario.json" <<'END'
{"version": "dryscale/v1", "name": "nominated", "horizon": 400, "trace": "trace.jsonl",
 "nodeGroups": [{"name": "a", "minSize": 2, "maxSize": 2, "initialSize": 2, "capacity": {"cpu": 2, "memory": "8Gi"},
  "allocatable": {"cpu": 2, "memory": "8Gi"}, "price": 0.1, "provisionTime": "600s"}],
 "scheduler": {"preemption": true}, "autoscaler": {"frequent-loops-enabled": false}}
END
low='"requests":{"cpu":"2","memory":"1Gi"},"terminationSeconds":60,"priority":-5,"owner":{"kind":"Job","name":"l"}'
# trace NODE: the world in which this one of the two nodes goes
trace() {
	cat <<END
{"t":1,"type":"pod","name":"low-0",$low}
{"t":2,"type":"pod","name":"low-1",$low}
{"t":101,"type":"pod","name":"high","requests":{"cpu":"2","memory":"1Gi"},"owner":{"kind":"ReplicaSet","name":"h"}}
{"t":121,"type":"interrupt","node":"$1"}
END
}
# The node that is cleared is the one whose pod is evicted at 101.
trace a-0 >"$work/trace.jsonl"
"$DRYSCALE" run -q --events "$work/first.jsonl" "$work/scenario.json" >/dev/null
cleared=$(sed -n 's/.*"t":101,"event":"podEvicted".*"node":"\(a-[01]\)".*/\1/p' "$work/first.jsonl")
trace "$cleared" >"$work/trace.jsonl"
"$DRYSCALE" run -q --events "$work/out" "$work/scenario.json" >/dev/null
echo 1..3
ok "a node is cleared for the pod" test -n "$cleared"
ok "that node goes: the other one is cleared at once" grep -q '"t":121,"event":"podEvicted".*"cause":"preemption"' "$work/out"
ok "and has the pod when it is" grep -q '"t":181,"event":"podStart","pod":"default/high"' "$work/out"
