#!/bin/sh
# generate and import, as commands.
. "$(dirname "$0")/cli.sh"
dry generate --list
ok "profiles are listed" says web-service
dry generate --days 1 -o a.jsonl web-service
ok "a trace" is 0
dry generate --days 1 -o b.jsonl.gz web-service
ok "the same as gzip" sh -c 'gzip -dc b.jsonl.gz | cmp - a.jsonl'
dry generate --days 1 -o a.jsonl web-service
ok "an existing file is exit 5" is 5
dry generate --days 1 --seed 2 -o c.jsonl web-service
ok "another seed, another trace" sh -c '! cmp -s a.jsonl c.jsonl'
dry generate web-servise
ok "an unknown profile is exit 2" is 2
ok "and names the nearest" tells web-service
dry generate
ok "no profile is exit 2" is 2
dry generate --days -1 -o d.jsonl web-service
ok "negative days are exit 2" is 2
dry generate --days x -o d.jsonl web-service
ok "days of letters are exit 2" sh -c '[ ! -e d.jsonl ]'

dry import --list
ok "kinds are listed" says pod-list
cat >pods.json <<'J'
{"apiVersion":"v1","kind":"List","items":[
{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"default","uid":"u1","creationTimestamp":"2026-03-02T00:00:00Z"},
 "spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"500m","memory":"1Gi"}}}],"nodeName":"n"},
 "status":{"phase":"Running","startTime":"2026-03-02T00:00:05Z"}}]}
J
dry import -o trace.jsonl pods.json
ok "a pod list becomes a trace" is 0
ok "counts go to stderr" sh -c '[ -s err ]'
ok "the trace has the pod" sh -c 'jq -es "map(select(.type == \"pod\")) | .[0].name == \"a\"" trace.jsonl'
dry import -q -o t2.jsonl pod-list pods.json
ok "the kind may be named" sh -c 'cmp trace.jsonl t2.jsonl'
ok "-q says nothing" [ ! -s err ]
cat pods.json | "$DRYSCALE" import -q - >t3.jsonl 2>err
ok "from stdin to stdout" cmp trace.jsonl t3.jsonl
dry import --report r.json -q -o t4.jsonl pods.json
ok "the report as JSON" jq -e . r.json
dry import -o t5.jsonl pod-lsit pods.json
ok "a misspelt kind is exit 2" is 2
ok "and the nearest is named" tells pod-list
head -c 300 pods.json >torn.json
dry import -o t6.jsonl torn.json
ok "a torn file is exit 3" is 3
ok "and leaves nothing" sh -c '[ ! -e t6.jsonl ]'
dry import
ok "no file is exit 2" is 2
dry import --from tomorrow pods.json
ok "a time that is none is exit 2" is 2
dry import --from 2026-03-03T00:00:00Z --to 2026-03-02T00:00:00Z pods.json
ok "a range that runs backwards is exit 2" is 2
done_testing
