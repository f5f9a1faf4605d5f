#!/bin/sh
# What people do wrong: each a message with its place, never a crash, never half a file.
. "$(dirname "$0")/cli.sh"
small

# both FILE...: run and validate refuse with 3, say nothing on stdout and write nothing
refused() {
	for command in run validate; do
		rm -f result
		dry $command -o result "$@"
		[ "$code" = 3 ] && [ ! -s out ] && [ ! -e result ] && [ -s err ] || return 1
	done
}

cat >bad.json <<'JSON'
{
  "version": "dryscale/v1",
  "name": "web-burst",
  "trace": "small.jsonl",
  "horizon": "24h",
  "autoscaler": {
    "expander": "least-waste",
    "scan_interval": "10s"
  },
  "nodeGroups": [
    {"name": "general", "minSize": 4, "maxSize": 90, "instanceType": "m5.2xlarge"},
    {"name": "mid", "minSize": 0, "maxSize": 9, "instanceType": "m5.2xlarge"},

    {"name": "spot", "minSize": 5, "maxSize": 3, "instanceType": "m5.2xlarge"}
  ],
  "seed": 1
}
JSON
ok "two mistakes in a scenario" refused bad.json
ok "the first is told with file, line and column" grep -q '^bad.json:8:.*: error: ' err
ok "an unknown flag names the nearest" tells scan-interval
ok "the second, too" grep -q '^bad.json:14:33: error: .*minSize' err
ok "with the line and a caret" sh -c 'grep -A1 "^   14 |" err | grep -q "\^$"'
ok "with what was expected and how to fix it" sh -c 'grep -q "^  expected: " err && grep -q "^  fix: " err'
ok "the count says that nothing was written" tells 'dryscale: 2 errors; nothing was simulated, nothing was written'
"$DRYSCALE" run -o out.json - <bad.json >out 2>err
code=$?
ok "the same from stdin" sh -c '[ ! -s out ] && [ ! -e out.json ] && grep -q "^<stdin>:14:33: error: " err && grep -q "^  fix: " err'
ok "is exit 3" is 3

# with_trace: a scenario over the trace on stdin
with_trace() {
	cat >"$1"
	sed "s/^trace:.*/trace: $1/" small.yaml >scenario.yaml
}

with_trace order.jsonl <<'T'
{"type":"pod","t":5,"name":"a","requests":{"cpu":"1"}}
{"type":"pod","t":3,"name":"b","requests":{"cpu":"1"}}
T
ok "events out of order" refused scenario.yaml
ok "are told by line" tells 'order.jsonl:2:'
with_trace quantity.jsonl <<'T'
{"type":"pod","t":5,"name":"a","requests":{"cpu":"2 cores"}}
T
ok "a quantity that is none" refused scenario.yaml
ok "is told by line and column" grep -q '^quantity.jsonl:1:[0-9]*: error: ' err
with_trace torn.jsonl <<'T'
{"type":"pod","t":5,"name":"a","requests":{"cpu":"1"}}
{"type":"pod","t":6,"name":
T
ok "a torn line" refused scenario.yaml
ok "is told by line" tells 'torn.jsonl:2'
with_trace number.jsonl <<'T'
{"type":"pod","t":NaN,"name":"a","requests":{"cpu":"1"}}
T
ok "NaN for a time" refused scenario.yaml
gzip -c small.jsonl | head -c 120 >cut.jsonl.gz
sed 's/^trace:.*/trace: cut.jsonl.gz/' small.yaml >scenario.yaml
ok "a truncated gzip" refused scenario.yaml
ok "is named" tells cut.jsonl.gz
sed 's/^trace:.*/trace: nowhere.jsonl/' small.yaml >scenario.yaml
ok "a trace that is not there" refused scenario.yaml
sed 's/maxSize: 6/maxSize: -6/' small.yaml >scenario.yaml
ok "a negative size" refused scenario.yaml
ok "has its place" grep -q '^scenario.yaml:8:[0-9]*: error: .*maxSize' err
sed 's/minSize: 1, /minSize: 7, /' small.yaml >scenario.yaml
ok "minSize above maxSize" refused scenario.yaml
: >scenario.yaml
ok "an empty scenario" refused scenario.yaml
printf '[1, 2' >scenario.json
ok "JSON that is cut off" refused scenario.json
printf 'a: [b\n' >scenario.yaml
ok "YAML that is cut off" refused scenario.yaml
mkdir folder
ok "a folder for a scenario" refused folder
printf 'version: dryscale/v1\nname: "\033[31mred\a"\ntrace: x\nnodeGroups: 3\n' >scenario.yaml
ok "a scenario with escapes" refused scenario.yaml
ok "escapes never reach the terminal" sh -c '! LC_ALL=C grep -q "[[:cntrl:]]" err'

: >none.jsonl
sed 's/^trace:.*/trace: none.jsonl/' small.yaml >scenario.yaml
dry run -f json scenario.yaml
ok "an empty trace is a result" json '.metrics.pods == 0 and .metrics.p95_wait_s == null'
ok "with a note" tells 'no pods'

with_trace huge.jsonl <<'T'
{"type":"pod","t":5,"name":"huge","requests":{"cpu":"900"}}
T
dry run -f json scenario.yaml
ok "a pod that fits nowhere is a result" json '.metrics.never_scheduled == 1 and (.lower_bounds | index("p95_wait_s"))'
dry run scenario.yaml
ok "and is named" says 'never scheduled 1'
dry validate scenario.yaml
ok "validate says why, group by group" says 'general: Insufficient cpu (wants 900, an empty node has 1930m)'
dry explain --pod huge scenario.yaml
ok "explain, too" says 'big: node(s) had untolerated taint {big: true}'

dry run --nope small.yaml
ok "an unknown option is exit 2" is 2
dry rum small.yaml
ok "an unknown command names the nearest" tells 'did you mean "dryscale run"?'
dry run
ok "a scenario that is missing is exit 2" is 2
dry run small.yaml small.yaml
ok "one too many is exit 2" is 2
dry run --seed x small.yaml
ok "a seed of letters is exit 2" is 2
dry run -j 0 small.yaml
ok "no threads is exit 2" is 2
dry run -o small.yaml small.yaml
ok "the input is not overwritten" is 5
dry run -o here/there small.yaml
ok "a folder that is not there is exit 5" is 5
dry run -f json --seed 9223372036854775807 small.yaml
ok "the largest seed" json '.seed > 9e18'
if [ -w /dev/full ]; then
	"$DRYSCALE" run small.yaml >/dev/full 2>err
	code=$?
	ok "a full disk on stdout is exit 5" is 5
else
	skip "a full disk on stdout is exit 5" "no /dev/full"
fi
"$DRYSCALE" run -f json small.yaml 2>err | head -c 10 >/dev/null
ok "a reader that leaves is no error" [ ! -s err ]
done_testing
