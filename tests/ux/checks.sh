#!/usr/bin/env bash
# Each check is a command that must exit 0. S is a scenario that comes with the
# program, G a grid of 24 points, R its result, bad.json a scenario with mistakes.
. "$(dirname "$0")/lib.sh"
PATH=$work/bin:$PATH
mkdir "$work/bin"
ln -s "$DRYSCALE" "$work/bin/dryscale"
make_result
cd "$work" || exit 2
cat >G <<'END'
scale-down-unneeded-time: [2m, 5m, 10m, 20m]
scale-down-utilization-threshold: [0.35, 0.5, 0.65]
nodeGroups.spot.maxSize: [5, 25]
END
mv G G.yaml
ln -s G.yaml G
cat >BIG.yaml <<END
scale-down-unneeded-time: [$(seq -s 'm, ' 1 30)m]
scale-down-delay-after-add: [$(seq -s 'm, ' 1 10)m]
nodeGroups.spot.maxSize: [5, 10, 25]
END
ln -s BIG.yaml BIG
# Line 14, column 33: a minimum above its maximum.
cat >bad.json <<'END'
{
  "version": "dryscale/v1",
  "name": "bad",
  "horizon": "1h",
  "trace": "none.jsonl",
  "autoscaler": {
    "scan-interval": "10s"
  },
  "nodeGroups": [
    {"name": "general", "minSize": 0, "maxSize": 3,
     "provisionTime": "60s", "price": 0.2,
     "capacity": {"cpu": "4", "memory": "16Gi"},
     "allocatable": {"cpu": "4", "memory": "16Gi"}},
    {"name": "spot", "minSize": 5, "maxSize": 3,
     "provisionTime": "60s", "price": 0.2,
     "capacity": {"cpu": "4", "memory": "16Gi"},
     "allocatable": {"cpu": "4", "memory": "16Gi"}}
  ]
}
END
S=$work/small.yaml
R=$work/result.json
export S R
number=0
failed=0
# check NAME COMMAND: one result; what it said is shown when it failed
check() {
	number=$((number + 1))
	if S=$S R=$R timeout "${limit:-120}" bash -c "$2" >"$work/said" 2>&1; then
		echo "ok $number - $1"
	else
		failed=1
		echo "not ok $number - $1"
		tail -12 "$work/said" | sed 's/^/# /'
	fi
}
# need NAME PROGRAM...: skips the check when one is absent
need() {
	local name=$1 program
	shift
	for program; do
		command -v "$program" >/dev/null && continue
		number=$((number + 1))
		echo "ok $number - $name # SKIP no $program"
		return 1
	done
}
ux=$root/tests/ux

check "the result stream is clean" \
	"dryscale sweep --grid G \$S 2>/dev/null | LC_ALL=C grep -c \$'[\\x1b\\r]' | grep -qx 0"
check "exit codes" \
	'for t in "0 run $S" "1 check -t cost_day<=0 $S" "2 run --nope $S" "2 check $S" "3 run bad.json" "4 recommend --slo p95_wait<=0s $R"; do
		set -- $t; w=$1; shift; dryscale "$@" >/dev/null 2>&1; c=$?; [ $c = $w ] || { echo "$*: $c, not $w"; exit 1; }; done'
check "errors name the place and the fix, nothing is written" \
	'dryscale run -o out.json - <bad.json >o 2>e; [ $? = 3 ] && [ ! -s o ] && [ ! -e out.json ] && grep -q "^<stdin>:14:33: error: " e && grep -q "^  fix: " e || { cat e; exit 1; }'
check "jobs do not matter" \
	'cmp <(dryscale sweep -q -j1 -f json --grid G $S) <(dryscale sweep -q -j8 -f json --grid G $S)'
need "formats agree" jq && check "formats agree" \
	"diff <(dryscale sweep -q -f json --grid G \$S | jq -r '.points[]|[.id,.cost_usd_day,.p95_wait_s]|@csv') <(dryscale sweep -q -f csv --grid G \$S | cut -d, -f1-3 | tail -n +2)"
need "JUnit" xmllint && check "JUnit" \
	"dryscale check -f junit -t 'cost_day<=0' \$S >j.xml; [ \$? = 1 ] && xmllint --noout j.xml && [ \"\$(xmllint --xpath 'string(//testsuite/@failures)' j.xml)\" = 1 ]"
need "colour only when wanted" script && check "colour only when wanted" \
	"q() { env \"\$@\" script -qec \"dryscale run \$S\" /dev/null | grep -q \$'\\x1b'; }; q -u NO_COLOR TERM=xterm-256color && ! q NO_COLOR=1 TERM=xterm-256color && ! q -u NO_COLOR TERM=dumb"
check "progress in a log is plain and short" \
	"dryscale sweep --grid G \$S 2>e >/dev/null; ! grep -q \$'\\r' e && [ \$(wc -l <e) -le 14 ] && dryscale sweep -q --grid G \$S 2>e >/dev/null && [ ! -s e ]"
check "no terminal: said, and how else" \
	'dryscale tui $R </dev/null >o 2>e; [ $? = 2 ] && [ ! -s o ] && grep -q -- --snapshot e'
need "the real screen is the snapshot" tmux && check "the real screen is the snapshot" "'$ux/tmux_equal.sh'"
need "200 sizes of a window" tmux && check "200 sizes of a window" "'$ux/resize.sh' 200"
check "ASCII where the locale has no more" \
	"for s in sweep pareto compare timeline explain export help; do LC_ALL=C dryscale tui --snapshot 80x24 --screen \$s \$R; done | LC_ALL=C grep -cP '[^\\x20-\\x7e]' | grep -qx 0"
need "Esc never quits, small windows obey nothing" tmux && check "Esc never quits, small windows obey nothing" "'$ux/esc.sh'"
check "stop and resume: the same bytes" \
	'timeout --preserve-status -s INT 0.5 dryscale sweep --resume j --grid BIG $S -o r1 >/dev/null 2>&1; c=$?; [ $c = 130 ] && [ ! -e r1 ] &&
	dryscale sweep -q --resume j --grid BIG $S -o r1 >/dev/null && dryscale sweep -q --grid BIG $S -o r2 >/dev/null && cmp r1 r2 || { echo "first ended with $c"; exit 1; }'
check "keys are documented, in help, and stand for one idea" "'$ux/keys.sh'"
# Beyond the fifteen.
need "signals leave the terminal as it was" tmux && check "signals leave the terminal as it was" "'$ux/signals.sh'"
check "what if: a value is edited, run, and shown beside the others" \
	"LC_ALL=C dryscale tui -j2 --snapshot 80x24 --keys 'i<Enter><C-u>3m\\nr' \$R \$S >o && grep -qF '[+]' o && grep -qF 'what if' o && grep -qF '> 3m' o"
check "what if: a wrong value is refused and stays as it was" \
	"LC_ALL=C dryscale tui -j2 --snapshot 80x24 --keys 'i<Enter><C-u>never\\n' \$R \$S | grep -qF 'is not a duration'"
check "what if: the changed scenario is saved, and says what was shown" \
	"rm -f *-what-if.yaml; LC_ALL=C dryscale tui -j2 --snapshot 80x24 --keys 'i<Enter><C-u>3m\\nw\\n' \$R \$S >/dev/null &&
	a=\$(LC_ALL=C dryscale tui -j2 --snapshot 80x24 --keys 'i<Enter><C-u>3m\\nr' \$R \$S | grep -oE 'cost/day +\\\$[0-9.]+' | grep -oE '[0-9.]+\$') &&
	b=\$(dryscale run -f csv -o - small-what-if.yaml >/dev/null && dryscale run small-what-if.yaml | grep -oE 'cost/day +\\\$[0-9.]+' | grep -oE '[0-9.]+\$') && echo \"\$a \$b\" && [ \"\$a\" = \"\$b\" ]"
check "export writes what recommend writes" \
	"rm -f *-helm.yaml; LC_ALL=C dryscale tui --snapshot 80x24 --keys '6vw\\n' \$R >/dev/null; dryscale recommend -q --pick knee --patch helm --no-comments \$R >want.yaml && cmp want.yaml *-helm.yaml"
need "a live sweep: pause, stop, journal, changed files" tmux && check "a live sweep: pause, stop, journal, changed files" "'$ux/live.sh'"
need "a report renders in a browser" chromium && check "a report renders in a browser" "'$ux/browser.sh'"
echo "1..$number"
exit $failed
