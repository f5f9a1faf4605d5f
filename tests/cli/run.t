#!/bin/sh
# run and validate: forms of the result, parameters, files, exit codes.
. "$(dirname "$0")/cli.sh"
small

dry run small.yaml
ok "a run ends with 0" is 0
ok "its table names the groups" says general
ok "its table has a price a day" says cost/day
ok "a run of a moment shows no progress" [ ! -s err ]

dry run -f json small.yaml
ok "JSON is of its schema" json '.schema == "dryscale.run/1"'
ok "JSON has the pods" json '.metrics.pods == 12'
ok "JSON has no NaN" sh -c '! grep -qiE "nan|infinity" out'
cp out first
dry run -f json -j8 --every-tick small.yaml
ok "every tick gives the same digest" sh -c '[ "$(jq -r .digest first)" = "$(jq -r .digest out)" ]'
dry run -f json -j1 small.yaml
ok "threads change no byte" cmp out first

dry run -f csv small.yaml
ok "CSV has a row a group and a head" sh -c '[ "$(wc -l <out)" = 3 ]'
dry run -f md small.yaml
ok "Markdown has a table" says '| --- |'
dry run -f junit small.yaml
ok "a format that there is not is exit 2" is 2
ok "and the ones that there are, are told" tells 'table|json|csv|md'

dry run -f json --replications 3 small.yaml
ok "replications are counted" json '.replications == 3'

dry run -f json -p nodeGroups.general.maxSize=2 small.yaml
ok "-p changes a group" json '(.groups[0].peak_nodes <= 2) and (.parameters["nodeGroups.general.maxSize"] == "2")'
printf 'scan-interval: 30s\nnodeGroups: {general: {maxSize: 3}}\n' >params.yaml
dry run -f json --params params.yaml small.yaml
ok "--params nests" json '.parameters == {"scan-interval": "30s", "nodeGroups.general.maxSize": "3"}'
printf '{"autoscaler": {"scan-interval": "30s"}, "nodeGroups": [{"name": "general", "maxSize": 3}]}' >params.json
cp out nested
dry run -f json --params params.json small.yaml
ok "--params takes a piece of a scenario" cmp out nested
dry run -f json --params params.yaml -p scan-interval=20s small.yaml
ok "-p wins over --params" json '.parameters["scan-interval"] == "20s"'
printf 'scan-interval: 30s\nscan-intervall: 9\n' >wrong.yaml
dry run --params wrong.yaml small.yaml
ok "a wrong parameter file is exit 3" is 3
ok "and is told by its line" tells 'wrong.yaml:2:'
ok "with the nearest name" tells 'scan-interval'
dry run -p scan-interval small.yaml
ok "a parameter without a value is exit 2" is 2
dry run -p nodeGroups.general.minSize=9 small.yaml
ok "minSize above maxSize on the command line is exit 2" is 2
ok "and is told" tells minSize
dry run -p nodeGroups.general.maxSize=-1 small.yaml
ok "a negative size on the command line is exit 2" is 2

dry run --events log.jsonl --timeline line.csv -f json small.yaml
ok "the decision log is JSON lines" sh -c 'jq -es "length > 20 and all(.[]; .t >= 0)" log.jsonl'
ok "the log has every start" sh -c '[ "$(grep -c podStart log.jsonl)" -ge 12 ]'
ok "the timeline has a head and rows" sh -c 'head -1 line.csv | grep -q "^t_s,pending_pods,running_pods,spend_usd,ready_nodes.general" && [ "$(wc -l <line.csv)" -gt 10 ]'
ok "the timeline ends with what was spent" sh -c '
	a=$(tail -1 line.csv | cut -d, -f4); b=$(jq .metrics.cost_usd out)
	awk "BEGIN { exit !($a > 0 && $a <= $b * 1.2 + .01) }"'
dry run --events log.jsonl small.yaml
ok "an existing log is refused" is 5
ok "with the way out" tells --force
dry run --events log.jsonl --force small.yaml
ok "--force replaces it" is 0
dry run --timeline line.jsonl.gz small.yaml
ok "a timeline of lines, as gzip" sh -c 'gzip -dc line.jsonl.gz | jq -es ".[0].groups.general.ready_nodes == 1"'
dry run --events - small.yaml
ok "two outputs on stdout are exit 2" is 2
dry run -o result.json -f json --events no/such/folder/x small.yaml
ok "a log that cannot be written is exit 5" is 5
ok "and no result is left" sh -c '[ ! -e result.json ] && [ ! -s out ]'

dry run -f json --window 00:30..01:00 small.yaml
ok "--window ends the run" json '.end_s == 3600'
ok "and counts what came in it" json '.metrics.pods_started == 0'
dry run --window 2h..1h small.yaml
ok "a window that runs backwards is exit 2" is 2
dry run --window soon small.yaml
ok "a window of words is exit 2" is 2

dry run --validate small.yaml
ok "--validate says what was understood" says '12 pods'
dry validate -f json small.yaml
ok "validate as JSON" json '.schema == "dryscale.validate/1" and .pods == 12 and .pods_that_fit_nowhere == 0'
ok "each group" json '[.groups[].name] == ["general", "big"]'
cat small.yaml | "$DRYSCALE" run -f json - >out 2>err
code=$?
ok "a scenario from stdin" json '.metrics.pods == 12'
dry run -f json -p horizon=1d small.yaml
ok "a horizon of a day" is 0
cp out day
dry run -f json -p horizon=24h small.yaml
ok "is one of 24 hours" sh -c 'jq -S "del(.parameters, .settings)" day >a; jq -S "del(.parameters, .settings)" out >b; diff a b | grep -v horizon | grep -c "^[<>]" | grep -qx 0'
dry run -p scale-down-unneeded-time=1d small.yaml
ok "a flag of the autoscaler knows no days" sh -c 'grep -q "unknown unit" err'
done_testing
