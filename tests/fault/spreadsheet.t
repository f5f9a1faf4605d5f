#!/bin/sh
# Names that a spreadsheet would calculate, in whatever is written as CSV: no cell begins
# with = + - @, a tab or a return unless it is a number; such a text gets an apostrophe.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2
dryscale=$DRYSCALE
cd "$work" || exit 2

# Pods named by formulas, with owners and namespaces to match, over three days of hourly waves.
awk 'BEGIN {
	split("=1+1 +2 -cmd @SUM \\t=3 \\r=4", sign, " ")
	for (h = 0; h < 72; h++) for (p = 1; p <= 6; p++)
		printf "{\"t\":%d,\"type\":\"pod\",\"name\":\"%s,%d\",\"namespace\":\"%s!n\",\"requests\":{\"cpu\":\"%d\"},\"duration\":%d,\"owner\":{\"kind\":\"Job\",\"name\":\"%s|o\"}}\n",
			h * 3600, sign[p], h, sign[p], h == 40 ? 3 : 1, 600 + p, sign[p] }' >trace.jsonl
cat >=s.yaml <<'YAML'
version: dryscale/v1
name: =cmd|' /C calc'!A0
trace: trace.jsonl
horizon: 72h
nodeGroups:
  - {name: -a, instanceType: m5.xlarge, maxSize: 20, price: 0.192, provisionTime: 60s, zone: -z1}
  - {name: -b, instanceType: m5.xlarge, maxSize: 20, price: 0.2, provisionTime: 60s, zone: -z2}
YAML

# cells FILE: those that a spreadsheet would calculate, one a line; RFC 4180 as it is read there
cells() {
	LC_ALL=C awk 'BEGIN { RS = "\001" }
	function judge() {
		if (cell ~ /^[=+@\t\r-]/ && cell !~ /^[+-]?[0-9]+([.][0-9]*)?(e[+-]?[0-9]+)?$/) print cell
		cell = ""
	}
	{
		for (i = 1; i <= length($0); i++) {
			c = substr($0, i, 1)
			if (quoted && c == "\"" && substr($0, i + 1, 1) == "\"") { cell = cell c; i++ }
			else if (c == "\"") quoted = !quoted
			else if (!quoted && (c == "," || c == "\n")) judge()
			else cell = cell c
		}
		judge()
	}' "$1"
}
# defused NAME EXIT WORD: out.csv has the word in a cell that is defused, and no formula
defused() {
	n=$((n + 1))
	why=
	[ "$got" = "$2" ] || why="exit status $got; $(head -n 1 err)"
	grep -qF -e "$3" out.csv || why="$why; no $3 in it"
	formulas=$(cells out.csv | head -n 3)
	[ -z "$formulas" ] || why="$why; formulas: $formulas"
	if [ -z "$why" ]; then echo "ok $n - $1"; else echo "not ok $n - $1: $why" | tr '\n\t\r' '   '; echo; fi
}
# writes NAME EXIT WORD COMMAND...: the CSV is what it says on standard output
writes() {
	name=$1 code=$2 word=$3
	shift 3
	timeout 60 "$dryscale" "$@" >out.csv 2>err </dev/null
	got=$?
	defused "$name" "$code" "$word"
}

printf 'a,"=1",+b,-1,"x\n=no","\t=t"\n@c,-1e3,-a\n' >sample.csv
n=$((n + 1))
if [ "$(cells sample.csv | wc -l)" = 5 ]; then echo "ok $n - the test sees formulas"; else echo "not ok $n - the test sees formulas"; fi

writes "run" 0 "\"'-a\"" run -q -f csv =s.yaml
rm -f out.csv
timeout 60 "$dryscale" run -q -f json --timeline out.csv =s.yaml >json 2>err
got=$?
defused "run --timeline" 0 "ready_nodes.-a,"
cat >policy.yaml <<'YAML'
version: dryscale/v1
tags: {team: "=cmd|1"}
YAML
writes "run --policy" 0 "\"'=cmd|1\"" run -q -f csv --policy policy.yaml =s.yaml
writes "run --hazard-scale" 0 "interruptions" run -q -f csv --hazard-scale 1,2 =s.yaml
writes "sweep" 0 "nodeGroups.-a.maxSize" sweep -q -f csv -g nodeGroups.-a.maxSize=10,20 =s.yaml
"$dryscale" sweep -q -f json -g expander=least-waste,most-pods -o result.json =s.yaml >out 2>err
# A result of somebody else's: its texts are what they like, its digest is right.
{ sed '$d' result.json | sed '$d' | sed 's/"most-pods"/"=HYPERLINK(1)"/g; s/"expander"/"@expander"/g'; printf ']'; } >body
{ cat body; printf ',\n"sha256":"%s"}\n' "$(sha256sum <body | cut -c1-64)"; } >foreign.json
writes "merge of a foreign result: a value" 0 "\"'=HYPERLINK(1)\"" merge -q -f csv foreign.json
writes "merge of a foreign result: a parameter" 0 "\"'@expander\"" merge -q -f csv foreign.json
writes "analyze" 0 "\"'=1+1!n/=1+1|o" analyze -q -f csv --at 30s =s.yaml
writes "explain --worst" 0 "\"'-a\"" explain -q -f csv --worst 5 =s.yaml
writes "explain --at" 0 "\"'-a\"" explain -q -f csv --at 10.1s =s.yaml
writes "explain --pod" 0 "\"'=1+1!n/=1+1,0\"" explain -q -f csv --pod "=1+1!n/=1+1,0" =s.yaml
writes "investigate" 0 "\"'-a\"" investigate -q -f csv --at 40h =s.yaml
writes "check" 0 "\"'=cmd|" check -q -f csv -t 'cost_day <= 100000' =s.yaml
writes "zones" 0 "while -z1 is dry" zones -q -f csv =s.yaml
writes "prewarm" 0 "schedule" prewarm -q -f csv --held-out 1 =s.yaml
"$dryscale" sweep -q -f json -g scale-down-unneeded-time=1m -o cheaper.json =s.yaml >out 2>err
"$dryscale" recommend -q --pick cheapest --audit audit.jsonl --actor "=cmd|' /C calc'!A0" cheaper.json >out 2>err
writes "audit show" 0 "\"'=cmd|" audit show -f csv audit.jsonl
"$dryscale" audit export -o export.csv audit.jsonl >out 2>err
got=$? && mv export.csv out.csv
defused "audit export" 0 "\"'=cmd|"
echo "1..$n"
