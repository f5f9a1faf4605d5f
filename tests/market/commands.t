#!/bin/sh
# forecast, fit and prewarm: what they write is what they say.
set -u
. "$(dirname "$0")/lib.sh"

"$DRYSCALE" generate -q --days 5 -o "$work/web.jsonl.gz" web-service || exit 2
"$DRYSCALE" generate -q --days 19 -o "$work/gpu.jsonl.gz" gpu-training || exit 2

# --- forecast ---
future() {
	tells 0 "$DRYSCALE" forecast --seed "$1" --horizon 24h "$work/web.jsonl.gz" && cp "$work/out" "$2"
}
ok "a future is written to stdout" future 7 "$work/a.jsonl"
ok "its header says that it is synthetic" sh -c 'head -1 "$0" | grep -q "\"source\":\"synthetic: dryscale forecast, seed 7"' "$work/a.jsonl"
ok "the backtest goes to stderr then" said MASE
ok "the same seed gives the same bytes" future 7 "$work/b.jsonl"
ok "... to the byte" cmp "$work/a.jsonl" "$work/b.jsonl"
ok "another seed gives others" sh -c '"$0" forecast -q --seed 8 --horizon 24h "$1" 2>/dev/null | cmp -s - "$2" && exit 1 || exit 0' "$DRYSCALE" "$work/web.jsonl.gz" "$work/a.jsonl"
ok "growth multiplies arrivals" sh -c '
	a=$("$0" forecast -q --horizon 24h "$1" | wc -l); b=$("$0" forecast -q --growth 3 --horizon 24h "$1" | wc -l)
	echo "$a $b"; [ "$b" -gt $((a * 2)) ]' "$DRYSCALE" "$work/web.jsonl.gz"
sed 's|^trace:.*|trace: a.jsonl|; /^  - \.\.\/traces/d; /^prices:/d' scenarios/web-and-batch.yaml >"$work/future.yaml"
ok "a scenario runs on the future" tells 0 "$DRYSCALE" run "$work/future.yaml"
"$DRYSCALE" forecast -q --horizon 24h -o "$work/kept.jsonl.gz" "$work/web.jsonl.gz" >/dev/null
cp "$work/kept.jsonl.gz" "$work/copy"
ok "an existing file is refused" sh -c '! "$0" forecast -o "$1" "$2"' "$DRYSCALE" "$work/kept.jsonl.gz" "$work/web.jsonl.gz"
ok "... and kept" cmp "$work/kept.jsonl.gz" "$work/copy"

# --- fit ---
sed "s|^trace:.*|trace: gpu.jsonl.gz|; s/^horizon:.*/horizon: 96h/" scenarios/gpu-burst.yaml >"$work/gpu.yaml"
"$DRYSCALE" run -q --events "$work/events.jsonl" "$work/gpu.yaml" >"$work/run.txt"
ok "provision times are found again" tells 0 "$DRYSCALE" fit provision -f json "$work/events.jsonl"
# gpu-a was given a median of 240 s and a 95th percentile of 540 s
ok "... near what the scenario says" sh -c '
	grep "\"nodeGroup\":\"gpu-a\"" "$0" | sed "s/.*\"lognormal_median_s\":\([0-9]*\).*\"lognormal_p95_s\":\([0-9]*\).*/\1 \2/" |
	{ read m p; echo "$m $p"; [ "$m" -gt 200 ] && [ "$m" -lt 290 ] && [ "$p" -gt 430 ] && [ "$p" -lt 680 ]; }' "$work/out"
printf '{"t":0,"event":"scaleUp","nodeGroup":"a","from":0,"to":2}\n{"t":60,"event":"nodeReady","nodeGroup":"a","node":"a-0"}\n{"t":60,"event":"nodeReady","nodeGroup":"a","node":"a-1"}\n' >"$work/equal.jsonl"
ok "equal times are a constant" tells 0 "$DRYSCALE" fit provision "$work/equal.jsonl"
ok "... of 60 s" printed 'a: provisionTime: 60s'

# --- prewarm ---
warm() {
	tells 0 "$DRYSCALE" prewarm --method quantile --trace "$work/gpu.jsonl.gz" "$@" scenarios/gpu-burst.yaml
}
ok "pre-warming is proved on held-out days" warm -f csv
ok "five of them, five arms each" sh -c '[ "$(wc -l <"$0")" -eq 26 ]' "$work/out"
cp "$work/out" "$work/days.csv"
# p95 wait, mean of the days: as it is at least ten times that of the schedule
ok "p95 wait falls at least ten times on GPU nodes" awk -F, '
	$2 == "base" { b += $4 } $2 == "schedule" { s += $4; c += $3 } $2 == "base" { d += $3 }
	END { print "wait", b / 5, s / 5, "cost", d / 5, c / 5; exit !(b >= 10 * s && b > 0 && c > d) }' "$work/days.csv"
ok "the cost of it is in the table" warm --write "$work/warm.yaml"
ok "... and the verdict" printed 'times less) for \$'
ok "the scenario has the schedule" grep -c minSizeSchedule "$work/warm.yaml"
sed "s|^trace:.*|trace: gpu.jsonl.gz|; s/^horizon:.*/horizon: 456h/" "$work/warm.yaml" >"$work/warmed.yaml"
ok "... and runs" tells 0 "$DRYSCALE" run --window 432h..456h -f json "$work/warmed.yaml"
ok "a tenfold cut shows there too" sh -c '
	sed "s|^trace:.*|trace: gpu.jsonl.gz|; s/^horizon:.*/horizon: 456h/" scenarios/gpu-burst.yaml >"$2/cold.yaml"
	p() { sed "s/.*\"p95_wait_s\":\([0-9.]*\).*/\1/" | head -1; }
	warm=$(grep -m1 p95_wait_s "$0" | p); cold=$("$1" run --window 432h..456h -f json "$2/cold.yaml" | grep -m1 p95_wait_s | p)
	echo "$cold $warm"; awk "BEGIN { exit !($cold >= 10 * $warm) }"' "$work/out" "$DRYSCALE" "$work"
ok "several quantiles are a front" warm --held-out 2 --quantile 0.5,0.95 -f csv
ok "... the higher costs more and waits less" awk -F, 'NR == 2 { c = $2; w = $4 } NR == 3 { exit !($2 > c && $4 <= w) }' "$work/out"
# One held-out day in a sweep: what prewarm says of that day, cost and wait.
as_prewarm_says() {
	"$DRYSCALE" prewarm -q --held-out 1 --quantile "$1" -f csv "$work/cold.yaml" >"$work/day.csv" || return 1
	day=$(sed -n 2s/,.*//p "$work/day.csv")
	"$DRYSCALE" sweep -q -g prewarm.quantile=default,"$1" -p prewarm.heldOut=1 -p warmup="$((day * 24))h" \
		-p horizon="$(((day + 1) * 24))h" -f csv "$work/cold.yaml" >"$work/swept.csv" || return 1
	awk -F, 'FNR == 1 { file++; next }
		file == 1 && $2 ~ /^(base|schedule)$/ { cost[$2] = $3; wait[$2] = $4 }
		file == 2 { swept_wait[$1] = $3; swept_cost[$1] = $4 }
		function near(a, b) { print a, b; return a - b < 1e-6 && b - a < 1e-6 }
		END { exit !(near(cost["schedule"] - cost["base"], swept_cost[1] - swept_cost[0]) &&
			     near(wait["base"], swept_wait[0]) && near(wait["schedule"], swept_wait[1]) &&
			     wait["base"] > wait["schedule"]) }' "$work/day.csv" "$work/swept.csv"
}
ok "a sweep over prewarm.quantile has what prewarm proves" as_prewarm_says 0.5
# Never asked in a run without scale-down, but the schedules depend on it: no setting takes over another's run.
own_runs() {
	"$DRYSCALE" sweep --progress plain -j1 -g scale-down-unneeded-time=1m,2h -p scale-down-enabled=false -p horizon=24h \
		"$@" "$work/cold.yaml" 2>&1 >/dev/null | tail -1
}
ok "schedules that flags have made are not shared" sh -c 'case $1 in *alike*) exit 1 ;; *2/2*) ;; *) exit 1 ;; esac
	case $2 in *alike*) ;; *) exit 1 ;; esac' _ "$(own_runs -p prewarm.quantile=0.9 -p prewarm.heldOut=1)" "$(own_runs)"
ok "a trace too short to forecast from is said so" tells 3 "$DRYSCALE" run -p prewarm.quantile=0.9 scenarios/web-and-batch.yaml
ok "... with what would do" said 'longer trace'
ok "a quantile above 1" tells 2 "$DRYSCALE" prewarm --quantile 0.5,1.5 scenarios/gpu-burst.yaml
ok "a schedule is not put into JSON" sh -c '
	printf "{\"version\":\"dryscale/v1\",\"name\":\"x\"}" >"$2/x.json"; "$0" prewarm --write "$2/y" "$2/x.json"; [ $? -eq 3 ] && ! test -e "$2/y"' "$DRYSCALE" . "$work"
done_testing
