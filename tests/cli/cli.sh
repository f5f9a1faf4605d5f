# For tests/cli/*.t: a folder of their own, the program, and TAP.
. "$(dirname "$0")/../support/tap.sh"
cd "$work" || exit 2
unset NO_COLOR DRYSCALE_JOBS
export TERM=xterm-256color
if ! command -v jq >/dev/null; then
	echo "1..0 # SKIP no jq"
	exit 0
fi

# dry ARGUMENT...: runs the program; out, err and $code hold what it said
dry() {
	"$DRYSCALE" "$@" >out 2>err </dev/null
	code=$?
}

# is CODE: the last exit code
is() { [ "$code" = "$1" ]; }
# says WORDS: on stdout; tells WORDS: on stderr
says() { grep -qF -- "$1" out; }
tells() { grep -qF -- "$1" err; }
silent() { [ ! -s out ]; }
json() { [ -s out ] && jq -e "$@" out; }

# A small scenario: one group of 2 cores, ten pods of a Deployment, two Jobs.
small() {
	cat >small.yaml <<'YAML'
version: dryscale/v1
name: small
trace: small.jsonl
horizon: 2h
autoscaler:
  frequent-loops-enabled: false
nodeGroups:
  - {name: general, instanceType: m5.large, minSize: 1, initialSize: 1, maxSize: 6, price: 0.096, provisionTime: 60s}
  - {name: big, instanceType: m5.2xlarge, minSize: 0, maxSize: 1, price: 0.384, provisionTime: 90s,
     taints: [{key: big, value: "true", effect: NoSchedule}]}
YAML
	: >small.jsonl
	for i in 0 1 2 3 4 5 6 7 8 9; do
		printf '{"type":"pod","t":%d,"name":"web-%d","requests":{"cpu":"800m","memory":"1Gi"},"until":6000,"owner":{"kind":"ReplicaSet","name":"web"}}\n' $((100 + i)) $i
	done >>small.jsonl
	printf '{"type":"pod","t":%d,"name":"job-%d","requests":{"cpu":"1500m","memory":"1Gi"},"duration":300,"owner":{"kind":"Job","name":"job-%d"}}\n' \
		1000 1 1 1001 2 2 >>small.jsonl
}
