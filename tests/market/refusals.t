#!/bin/sh
# Numbers that cannot be: refused with place and reason, and nothing is written.
set -u
. "$(dirname "$0")/lib.sh"
small_trace >"$work/small.jsonl"

scenario 'spot: {hazard: {perHour: 0.02}}' >"$work/good.yaml"
ok "the scenario itself is fine" tells 0 "$DRYSCALE" validate "$work/good.yaml"

scenario | sed 's/price: 0.08/price: -1/' >"$work/price.yaml"
ok "a price of -1" refuses 3 "$work/price.yaml" 'price.yaml:[0-9]*:[0-9]*: error: nodeGroups\[0\].price'

provision='{median: 90s, p95: 60s}' scenario >"$work/p95.yaml"
ok "a 95th percentile below the median" refuses 3 "$work/p95.yaml" 'p95.yaml:[0-9]*:[0-9]*: error: nodeGroups\[0\].provisionTime'

provision='{values: []}' scenario >"$work/values.yaml"
ok "provision times without a value" refuses 3 "$work/values.yaml" 'values.yaml:[0-9]*:[0-9]*:'

echo '{"metadata": {"gap_seconds": 600}, "data": []}' >"$work/empty.json"
scenario 'spot: {availability: empty.json}' >"$work/series.yaml"
ok "availability of an empty series" refuses 3 "$work/series.yaml" 'empty.json:1:'

scenario 'spot: {hazard: {monthlyFrequency: 1}}' >"$work/certain.yaml"
ok "a monthly frequency of 1" refuses 3 "$work/certain.yaml" 'certain.yaml:[0-9]*:[0-9]*: error: spot.hazard'
scenario 'spot: {hazard: {advisor: 7}}' >"$work/bucket.yaml"
ok "an advisor bucket that is none" refuses 3 "$work/bucket.yaml" 'bucket.yaml:[0-9]*:[0-9]*: error: spot.hazard'
scenario 'spot: {hazard: {lognormal: {mean: 1, median: 2}}}' >"$work/mean.yaml"
ok "a lognormal lifetime with its mean below its median" refuses 3 "$work/mean.yaml" 'mean.yaml:[0-9]*:[0-9]*: error: spot.hazard'

echo '{"t":0,"type":"price","nodeGroup":"spot-a","price":-0.5}' | cat - "$work/small.jsonl" >"$work/negative.jsonl"
scenario | sed 's/small.jsonl/negative.jsonl/' >"$work/negative.yaml"
ok "a negative price in a trace" refuses 3 "$work/negative.yaml" 'negative.jsonl:1:'

ok "a season longer than the series" tells 3 "$DRYSCALE" forecast --season 400h "$work/small.jsonl"
ok "... says how much is needed" said 'at least 800h'
ok "... and writes nothing" sh -c '! test -s "$0"' "$work/out"
ok "a season below two buckets" tells 2 "$DRYSCALE" forecast --season 15m --bucket 15m "$work/small.jsonl"
ok "a growth of 0" tells 2 "$DRYSCALE" forecast --growth 0 "$work/small.jsonl"
ok "a method that is none" tells 2 "$DRYSCALE" forecast --method prophet "$work/small.jsonl"
: >"$work/nothing.jsonl"
ok "a trace without pods" tells 3 "$DRYSCALE" forecast "$work/nothing.jsonl"
ok "pre-warming from a trace of hours" tells 3 "$DRYSCALE" prewarm "$work/good.yaml"
ok "... says how many days are needed" said 'at least 7 days'

printf 'zone,hours,observed\n' >"$work/none.csv"
ok "lifetimes of an empty file" tells 3 "$DRYSCALE" fit lifetimes "$work/none.csv"
ok "... has a reason" said 'nothing to fit'
printf 'hours,observed\n1.5,1\n-2,1\n' >"$work/back.csv"
ok "a machine that ends before it begins" tells 3 "$DRYSCALE" fit lifetimes "$work/back.csv"
ok "... has a place" said 'back.csv:3:'
printf 'hours,observed\n1.5,1\n2,x\n' >"$work/word.csv"
ok "a lifetime that is no number" tells 3 "$DRYSCALE" fit lifetimes "$work/word.csv"
ok "... has a place and column" said 'word.csv:3:3'
ok "provision times of a trace" tells 3 "$DRYSCALE" fit provision "$work/small.jsonl"
ok "... names the line" said 'small.jsonl:1:'
ok "a fit of something else" tells 2 "$DRYSCALE" fit provisoin "$work/small.jsonl"
ok "... suggests the nearest" said 'provision'
done_testing
