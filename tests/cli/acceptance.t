#!/bin/sh
# The promises of the command line, each as the one command that checks it.
. "$(dirname "$0")/cli.sh"
small
PATH=$(dirname "$DRYSCALE"):$PATH
export PATH
if [ "$(basename "$DRYSCALE")" != dryscale ]; then
	mkdir bin && cp "$DRYSCALE" bin/dryscale
	PATH=$work/bin:$PATH
fi
S=$work/small.yaml
printf 'scan-interval: [10s, 20s, 30s]\nscale-down-unneeded-time: [2m, 5m]\nnodeGroups.general.maxSize: [3, 6]\n' >grid.yaml
G=$work/grid.yaml
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
  ]
}
JSON
export S G
cat >checks.bash <<'B'
dryscale sweep -q --force --grid $G -o R.json $S || exit 1
R=R.json
case $1 in
clean) dryscale sweep --grid $G $S 2>/dev/null | LC_ALL=C grep -c $'[\x1b\r]' | grep -qx 0 ;;
codes) for t in "0 run $S" "1 check -t cost_day<=0 $S" "2 run --nope $S" "2 check $S" "3 run bad.json" "4 recommend --slo p95_wait<=0s $R"; do
		set -- $t; w=$1; shift; dryscale "$@" >/dev/null 2>&1; c=$?; [ $c = $w ] || { echo "$* is $c"; exit 1; }; done ;;
errors) rm -f out.json; dryscale run -o out.json - <bad.json >o 2>e; [ $? = 3 ] && [ ! -s o ] && [ ! -e out.json ] && grep -q '^<stdin>:14:35: error: ' e && grep -q '^  fix: ' e ;;
jobs) cmp <(dryscale sweep -j1 -f json --grid $G $S 2>/dev/null) <(dryscale sweep -j8 -f json --grid $G $S 2>/dev/null) ;;
forms) diff <(dryscale sweep -q -f json --grid $G $S | jq -r '.points[]|[.id,.cost_usd_day,.p95_wait_s]|@csv') <(dryscale sweep -q -f csv --grid $G $S | cut -d, -f1-3 | tail -n +2) ;;
junit) dryscale check -f junit -t 'cost_day<=0' $S >j.xml; [ $? = 1 ] && xmllint --noout j.xml && [ "$(xmllint --xpath 'string(//testsuite/@failures)' j.xml)" = 1 ] ;;
colour) q() { env "$@" script -qec "dryscale run $S" /dev/null </dev/null | grep -q $'\x1b'; }; q -u NO_COLOR TERM=xterm-256color && ! q NO_COLOR=1 TERM=xterm-256color && ! q -u NO_COLOR TERM=dumb ;;
progress) dryscale sweep --grid $G $S 2>e >/dev/null; ! grep -q $'\r' e && [ $(wc -l <e) -le 14 ] && dryscale sweep -q --grid $G $S 2>e >/dev/null && [ ! -s e ] ;;
terminal) dryscale tui $R </dev/null >o 2>e; [ $? = 2 ] && [ ! -s o ] && grep -q -- --snapshot e ;;
esac
B
bash_check() { bash checks.bash "$1"; }
ok "1 the result stream is clean" bash_check clean
ok "2 exit codes" bash_check codes
ok "3 errors" bash_check errors
ok "4 jobs do not matter" bash_check jobs
ok "5 formats agree" bash_check forms
if command -v xmllint >/dev/null; then ok "6 JUnit" bash_check junit; else skip "6 JUnit" "no xmllint"; fi
if command -v script >/dev/null; then ok "7 colour only when wanted" bash_check colour; else skip "7 colour" "no script(1)"; fi
ok "8 progress in a log" bash_check progress
ok "9 no terminal" bash_check terminal
done_testing
