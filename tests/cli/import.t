#!/bin/sh
# What people have recorded, as commands: found out, read, refused.
. "$(dirname "$0")/cli.sh"

pod() { # NAME UID SECOND
	printf '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"shop","uid":"%s","creationTimestamp":"2026-03-02T10:00:%sZ",' "$1" "$2" "$3"
	printf '"ownerReferences":[{"kind":"ReplicaSet","name":"web-abc","controller":true}]},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"500m"}}}]}}'
}
series() { # METRIC LABELS VALUE
	printf '{"metric":{"__name__":"%s","namespace":"shop","pod":"web-abc-1","uid":"u1"%s},"values":[[1772446500,"%s"],[1772446515,"%s"]]}' "$1" "$2" "$3" "$3"
}
answer() { printf '{"status":"success","data":{"resultType":"matrix","result":[%s]}}\n' "$1"; }

{ printf '{"type":"ADDED","object":'; pod web-abc-1 u1 01; printf '}\n{"type":"ADDED","object":'; pod web-abc-2 u2 05; printf '}\n'; } >watch.json
answer "$(series kube_pod_created '' 1772446490)" >created.json
answer "$(series kube_pod_container_resource_requests ',"container":"c","resource":"cpu"' 0.25)" >requests.json
printf '{"items":[{"kind":"Event","involvedObject":{"kind":"Pod","namespace":"shop","name":"p","uid":"u"},"reason":"Scheduled","message":"Successfully assigned shop/p to n1","eventTime":"2026-03-02T10:00:00.123456Z"}],"kind":"List"}' >events.json
printf 'I0302 10:15:04.123456       1 executor.go:166] Scale-up: setting group a size to 1 instead of 0 (max: 2)\n' >ca.log
printf '; UnixStartTime: 874454400\n1 0 5 100 4 -1 -1 8 200 1024 1 3 1 -1 2 0 -1 -1\n' >jobs.swf
printf 'at,cpus\n1772446500,2\n' >any.csv

# kind FILE...: found out without being named
kind() {
	want=$1
	shift
	dry import -o - "$@"
	ok "$want is found out and read" is 0
	ok "and its report names it" tells "import: $want:"
}
kind pod-watch watch.json
kind prometheus created.json requests.json
ok "requests are those of the other file" says '"requests":{"cpu":"250m"}'
kind events events.json
ok "a decision log" says '{"t":0,"event":"podStart","pod":"shop/p","node":"n1","wait":0}'
kind autoscaler-log ca.log
ok "a year is wanted" tells "the log has no year"
kind swf jobs.swf
kind csv --columns t=at,cpu=cpus any.csv

gzip -c jobs.swf | "$DRYSCALE" import swf - -o - >out 2>err
code=$?
ok "gzip from stdin" is 0
ok "is read as such" says '"epoch":"1997-09-17T00:00:00Z"'
dry import --report counts.json -o trace.jsonl watch.json
ok "the report as JSON" jq -e '.kind == "pod-watch" and .rows_read == 2 and .rows_written == 2' counts.json
ok "a trace that validates as one" jq -es 'length == 3 and .[0].type == "header" and .[1].owner.name == "web-abc"' trace.jsonl
dry import --anonymize key -o - watch.json
ok "hashed names" sh -c '! grep -q "web-abc\|shop" out'
ok "but for what is no name" says '"kind":"ReplicaSet"'

# refused KIND WHERE FILE...: exit 3 at this place, and nothing written
refused() {
	title=$1 where=$2
	shift 2
	rm -f out.jsonl
	dry import -o out.jsonl "$@"
	ok "$title is exit 3" is 3
	ok "$title is pointed at" tells "$where"
	ok "$title leaves nothing behind" sh -c '[ ! -e out.jsonl ] && [ ! -e out.jsonl.tmp ]'
}
{ printf '{"items":[\n'; pod a u 01 | head -c 100; } >cut.json
refused "a list that is cut off" cut.json:2:1 pod-list cut.json
printf '{"items":[\n{"kind":"Pod","metadata":{"name":"a"},"spec":{}}]}' >nouid.json
refused "a pod without uid" nouid.json:2:26 pod-list nouid.json
printf '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/pods","verb":"create","user":{"username":"u"},"objectRef":{"resource":"pods","namespace":"a"},"responseStatus":{"code":201},"requestReceivedTimestamp":"2026-03-02T10:00:00Z"}\n' >audit.log
refused "an audit log of level Metadata" audit.log:1: audit.log
ok "and says which policy helps" tells RequestResponse
printf '1 0 5 NaN 4 -1 -1 8 200 1024 1 3 1 -1 2 0 -1 -1\n' >nan.swf
refused "a run time that is no number" nan.swf:1:7 swf nan.swf
printf 'at,cpus\n1,nan\n' >nan.csv
refused "an amount that is no number" nan.csv:2:3 --columns t=at,cpu=cpus nan.csv
gzip -c watch.json | head -c 60 >cut.gz
refused "gzip that is cut off" cut.gz: pod-watch cut.gz
head -c 100000 /dev/zero | tr '\0' '[' >deep.json
refused "100,000 brackets" deep.json:1:2 pod-list deep.json
printf '\205\247version\001' >old.sktrace
refused "another version of SimKube" old.sktrace:1: simkube old.sktrace
printf '{"status":"error","error":"query timed out"}' >error.json
refused "an error of Prometheus" "query timed out" prometheus error.json

{ printf '{"items":[{"kind":"Pod","metadata":{"name":"\377\376","namespace":"shop","uid":"u","creationTimestamp":"2026-03-02T10:00:01Z","annotations":{"x":"'
  head -c 10000000 /dev/zero | tr '\0' y
  printf '"}},"spec":{"containers":[]}}]}'; } >wide.json
dry import pod-list -o - wide.json
ok "a line of 10 MB and bytes that are no UTF-8" is 0
ok "come out as JSON" sh -c 'jq -es "length == 2" out'

dry import --strict -o - --columns t=at,cpu=cpus any.csv
ok "--strict refuses what is made up" is 3
ok "and says what" tells "made up"
printf 'hello\n' >hello.txt
printf '{"kind":"EventList","apiVersion":"v1","items":[{"metadata":{"name":"a.1","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"a"},"reason":"TriggeredScaleUp","message":"pod triggered scale-up: [{g 1->2 (max: 6)}]","source":{"component":"cluster-autoscaler"},"firstTimestamp":"2026-03-02T10:00:05Z","lastTimestamp":"2026-03-02T10:00:05Z","count":1,"type":"Normal"}]}' >list.json
dry import list.json
ok "an API server's list of events, whose items have no kind" says '"event":"scaleUp","nodeGroup":"g","from":1,"to":2'
printf '{"kind":"DaemonSetList","apiVersion":"apps/v1","items":[{"metadata":{"name":"agent","namespace":"kube-system"},"spec":{"template":{"spec":{"containers":[{"name":"a","resources":{"requests":{"cpu":"100m"}}}]}}}}]}' >list.json
dry import daemonsets list.json
ok "and its list of DaemonSets" says 'name: agent'
printf '{"kind":"DeploymentList","apiVersion":"apps/v1","items":[{"metadata":{"name":"cluster-autoscaler"},"spec":{"template":{"spec":{"containers":[{"name":"ca","image":"r/cluster-autoscaler:v1.36.1","command":["./cluster-autoscaler","--scan-interval=20s"]}]}}}}]}' >list.json
dry import deployment list.json
ok "and its list of Deployments" says 'scan-interval: 20s'
dry import pod-list --from 1x -o - watch.json
ok "a time from the start that is none" tells '16d'
dry import nosuch hello.txt
ok "an unknown kind is a usage error" is 2
ok "that lists the kinds" sh -c 'grep -q "no kind \"nosuch\"" err && grep -q "expected: auto, .*pod-list.*events" err'
dry import node hello.txt
ok "and names the nearest" tells 'did you mean "nodes"?'
refused "a file of no kind" hello.txt hello.txt

dry import --list
sed '/^$/,$d' out | awk 'NR > 1 { print $1 }' >kinds
dry help record
ok "every kind has its recording in help record" sh -c 'n=0; while read -r k; do grep -q "^  $k: " out || exit 1; n=$((n + 1)); done <kinds; [ $n -gt 8 ]'
done_testing
