# Helpers of these tests: refuses, scenario, and what a command said.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2

# tells CODE COMMAND...: exits with that code; what it said is in $work/out and $work/err
tells() {
	code=$1
	shift
	exits "$code" "$@" >"$work/out" 2>"$work/err"
}
said() { has "$work/err" "$1"; }
printed() { has "$work/out" "$1"; }
refuses() {
	tells "$1" "$DRYSCALE" validate "$2" && said "$3"
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
