# Helpers of these tests: is NAME COMMAND..., exits CODE COMMAND..., said TEXT.
cd "$(dirname "$0")/../.." || exit 2
dryscale=${DRYSCALE:-./dryscale}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n=0

is() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$work/log" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed -n '1,12s/^/# /p' "$work/log"
	fi
}
skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
# exits CODE COMMAND...: what it says stays in $work/said
exits() {
	code=$1
	shift
	"$@" >"$work/out" 2>"$work/said"
	got=$?
	[ "$got" -eq "$code" ] || { echo "exit $got, want $code"; cat "$work/said"; return 1; }
}
said() {
	grep -q -- "$1" "$work/said" || { cat "$work/said"; return 1; }
}
printed() {
	grep -q -- "$1" "$work/out" || { cat "$work/out"; return 1; }
}
refuses() {
	exits "$1" "$dryscale" validate "$2" && said "$3"
}
plan() {
	echo "1..$n"
}
# scenario EXTRA...: a small one of a spot group, lines of EXTRA behind it
scenario() {
	cat <<-END
		version: dryscale/v1
		name: small
		seed: 1
		horizon: 4h
		trace: small.jsonl
		nodeGroups:
		  - name: spot-a
		    instanceType: m5.xlarge
		    capacityType: spot
		    region: us-east-1
		    zone: us-east-1a
		    minSize: 0
		    maxSize: 10
		    initialSize: 1
		    price: 0.08
		    provisionTime: ${provision:-60s}
		autoscaler: {frequent-loops-enabled: false}
	END
	for line in "$@"; do echo "$line"; done
}
small_trace() {
	i=0
	while [ $i -lt 20 ]; do
		echo "{\"t\":$((i * 600)),\"type\":\"pod\",\"name\":\"j$i\",\"requests\":{\"cpu\":\"2\"},\"duration\":1800,\"owner\":{\"kind\":\"Job\",\"name\":\"j$i\"}}"
		i=$((i + 1))
	done
}
