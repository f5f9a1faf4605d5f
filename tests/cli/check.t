#!/bin/sh
# The gate: rules, baselines, seeds, forms, exit codes.
. "$(dirname "$0")/cli.sh"
small

dry check -t 'cost_day <= $100' -t 'never_scheduled == 0' small.yaml
ok "rules that hold are exit 0" is 0
ok "and are told" says 'ok    never_scheduled == 0'
ok "the last line counts" sh -c 'tail -1 out | grep -qx "passed: 2 rules"'
dry check -t 'cost_day<=0' small.yaml
ok "a rule that does not is exit 1" is 1
ok "by how much is told" grep -qE 'FAIL +cost_day<=0 .*limit \$0.00, over by \$' out
dry check -t 'warn: cost_day <= 0' small.yaml
ok "a warning is exit 0" is 0
ok "and is told" says WARN
dry check small.yaml
ok "no rule is exit 2" is 2
ok "and says nothing on stdout" silent
dry check -t 'cost_dy <= 3' small.yaml
ok "an unknown metric is exit 2" is 2
ok "and names the nearest" tells cost_day
dry check -t 'cost_day <> 3' small.yaml
ok "an unknown operator is exit 2" is 2
dry check -t 'cost_day<=1' bad.yaml
ok "a scenario that is not there is exit 3" is 3

printf '# two rules\ncost_day <= $100\n\n  never_scheduled == 0  # must run\n' >rules
dry check --rules rules small.yaml
ok "a file of rules" says 'passed: 2 rules'
printf 'cost_day <= $100\nidle_ratoi <= 3%%\n' >rules.bad
dry check --rules rules.bad small.yaml
ok "a wrong rule in a file is exit 3" is 3
ok "with its line" tells 'rules.bad:2:'
printf '# nothing\n' >rules.none
dry check --rules rules.none small.yaml
ok "a file without rules is exit 2" is 2

printf 'scan-interval: 10s\n' >now.yaml
printf 'scale-down-unneeded-time: 30m\n' >new.yaml
dry check --baseline now.yaml --params new.yaml -t 'cost_day <= base + 0.1%' small.yaml
ok "dearer than the baseline is exit 1" is 1
ok "the change is shown" grep -qE '~ scale-down-unneeded-time +10m -> 30m' out
ok "the metric, too" grep -qE '~ cost/day .*\+\$.*\+[0-9.]+%' out
dry check -f json --params new.yaml -t 'cost_day <= base + 0.1%' small.yaml
ok "JSON: not ok" json '.ok == false and .failed == 1 and .schema == "dryscale.check/1"'
ok "JSON: observed, limit, margin" json '.scenarios[0].rules[0] | .observed > .limit and (.margin + .observed - .limit | fabs) < 1e-9'
ok "JSON: changes" json '.scenarios[0].changes == [{"path":"scale-down-unneeded-time","from":"10m","to":"30m"}]'
dry check --params new.yaml -t 'cost_day <= base * 3' small.yaml
ok "times the baseline" is 0

dry check -f junit -t 'cost_day<=0' -t 'never_scheduled==0' small.yaml
ok "JUnit is exit 1, too" is 1
if command -v xmllint >/dev/null; then
	ok "JUnit is XML" xmllint --noout out
	ok "JUnit counts failures" sh -c '[ "$(xmllint --xpath "string(//testsuite/@failures)" out)" = 1 ]'
	ok "JUnit has the message twice" sh -c 'xmllint --xpath "string(//failure/@message)" out | grep -q over && xmllint --xpath "string(//failure)" out | grep -q over'
else
	for t in "JUnit is XML" "JUnit counts failures" "JUnit has the message twice"; do skip "$t" "no xmllint"; done
fi
dry check -f github -t 'cost_day<=0' -t 'warn: p95_wait<=0' small.yaml
ok "an annotation for a failure" grep -q '^::error file=small.yaml,title=dryscale check::cost_day<=0' out
ok "one for a warning" grep -q '^::warning file=small.yaml' out
dry check -f md --summary summary.md -t 'cost_day<=0' small.yaml
ok "Markdown" says '### dryscale check: small'
ok "the summary is the same" cmp out summary.md
dry check -f md --summary summary.md -t 'cost_day<=0' small.yaml
ok "the summary grows" sh -c '[ "$(grep -c "^###" summary.md)" = 2 ]'
dry check -f csv -t 'cost_day<=0' -t 'p95_wait<=1h' small.yaml
ok "CSV has a row a rule" sh -c '[ "$(wc -l <out)" = 3 ]'

dry check --only-changes -t 'cost_day<=100' small.yaml
ok "no news, no words" sh -c '[ ! -s out ]'
ok "and exit 0" is 0
dry check --only-changes -t 'cost_day<=100' -p scan-interval=20s small.yaml
ok "news are told" says scan-interval

dry check --worst-of-seeds 1..4 -t 'cost_day<=100' small.yaml
ok "seeds" says 'seeds 1..4'
dry check --worst-of-seeds 4..1 -t 'cost_day<=100' small.yaml
ok "seeds that run backwards are exit 2" is 2
w=$here/scenarios/web-and-batch.yaml
worst=0
for s in 1 2 3; do
	dry run -f json --seed $s "$w"
	c=$(jq .metrics.cost_usd_day out)
	worst=$(awk "BEGIN { print ($c > $worst ? $c : $worst) }")
done
dry check -f json --worst-of-seeds 1..3 -t 'cost_day <= 0' "$w"
ok "the worst seed is the dearest run" json --argjson w "$worst" '(.scenarios[0].rules[0].observed - $w | fabs) < 1e-4'
dry check -f json -j1 --worst-of-seeds 1..3 -t 'cost_day <= base' -p scan-interval=20s "$w"
cp out one
dry check -f json -j4 --worst-of-seeds 1..3 -t 'cost_day <= base' -p scan-interval=20s "$w"
ok "threads change no byte" cmp out one

sed 's/name: small/name: other/' small.yaml >other.yaml
dry check -f json -t 'cost_day<=100' small.yaml other.yaml
ok "several scenarios" json '[.scenarios[].scenario] == ["small", "other"] and .rules == 2'

printf '{"type":"pod","t":5,"name":"huge","requests":{"cpu":"900"}}\n' >huge.jsonl
sed 's/^trace:.*/trace: huge.jsonl/' small.yaml >huge.yaml
dry check -t 'p95_wait <= 100h' huge.yaml
ok "a wait that has not ended holds no limit" is 1
ok "and says so" says 'may be more'
dry check -t 'oscillation <= 50%' small.yaml
ok "oscillation is a rule" is 0

cat >policy.yaml <<'Y'
version: dryscale/v1
limits:
  maxNodesTotal: 5
Y
dry check --policy policy.yaml small.yaml
if [ "$code" = 3 ]; then
	sed 's/^/# /' err
fi
ok "a policy's limit is a rule" is 1
ok "and is named" says maxNodesTotal
done_testing
