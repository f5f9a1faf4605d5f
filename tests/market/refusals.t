#!/bin/sh
# Numbers that cannot be: refused with place and reason, and nothing is written.
set -u
. "$(dirname "$0")/lib.sh"
small_trace >"$work/small.jsonl"

scenario 'spot: {hazard: {perHour: 0.02}}' >"$work/good.yaml"
is "the scenario itself is fine" exits 0 "$dryscale" validate "$work/good.yaml"

scenario | sed 's/price: 0.08/price: -1/' >"$work/price.yaml"
is "a price of -1" refuses 3 "$work/price.yaml" 'price.yaml:[0-9]*:[0-9]*: error: nodeGroups\[0\].price'

provision='{median: 90s, p95: 60s}' scenario >"$work/p95.yaml"
is "a 95th percentile below the median" refuses 3 "$work/p95.yaml" 'p95.yaml:[0-9]*:[0-9]*: error: nodeGroups\[0\].provisionTime'

provision='{values: []}' scenario >"$work/values.yaml"
is "provision times without a value" refuses 3 "$work/values.yaml" 'values.yaml:[0-9]*:[0-9]*:'

echo '{"metadata": {"gap_seconds": 600}, "data": []}' >"$work/empty.json"
scenario 'spot: {availability: empty.json}' >"$work/series.yaml"
is "availability of an empty series" refuses 3 "$work/series.yaml" 'empty.json:1:'

scenario 'spot: {hazard: {monthlyFrequency: 1}}' >"$work/certain.yaml"
is "a monthly frequency of 1" refuses 3 "$work/certain.yaml" 'certain.yaml:[0-9]*:[0-9]*: error: spot.hazard'
scenario 'spot: {hazard: {advisor: 7}}' >"$work/bucket.yaml"
is "an advisor bucket that is none" refuses 3 "$work/bucket.yaml" 'bucket.yaml:[0-9]*:[0-9]*: error: spot.hazard'
scenario 'spot: {hazard: {lognormal: {mean: 1, median: 2}}}' >"$work/mean.yaml"
is "a lognormal lifetime with its mean below its median" refuses 3 "$work/mean.yaml" 'mean.yaml:[0-9]*:[0-9]*: error: spot.hazard'

echo '{"t":0,"type":"price","nodeGroup":"spot-a","price":-0.5}' | cat - "$work/small.jsonl" >"$work/negative.jsonl"
scenario | sed 's/small.jsonl/negative.jsonl/' >"$work/negative.yaml"
is "a negative price in a trace" refuses 3 "$work/negative.yaml" 'negative.jsonl:1:'

is "a season longer than the series" exits 3 "$dryscale" forecast --season 400h "$work/small.jsonl"
is "... says how much is needed" said 'at least 800h'
is "... and writes nothing" sh -c '! test -s "$0"' "$work/out"
is "a season below two buckets" exits 2 "$dryscale" forecast --season 15m --bucket 15m "$work/small.jsonl"
is "a growth of 0" exits 2 "$dryscale" forecast --growth 0 "$work/small.jsonl"
is "a method that is none" exits 2 "$dryscale" forecast --method prophet "$work/small.jsonl"
: >"$work/nothing.jsonl"
is "a trace without pods" exits 3 "$dryscale" forecast "$work/nothing.jsonl"
is "pre-warming from a trace of hours" exits 3 "$dryscale" prewarm "$work/good.yaml"
is "... says how many days are needed" said 'at least 7 days'

printf 'zone,hours,observed\n' >"$work/none.csv"
is "lifetimes of an empty file" exits 3 "$dryscale" fit lifetimes "$work/none.csv"
is "... has a reason" said 'nothing to fit'
printf 'hours,observed\n1.5,1\n-2,1\n' >"$work/back.csv"
is "a machine that ends before it begins" exits 3 "$dryscale" fit lifetimes "$work/back.csv"
is "... has a place" said 'back.csv:3:'
printf 'hours,observed\n1.5,1\n2,x\n' >"$work/word.csv"
is "a lifetime that is no number" exits 3 "$dryscale" fit lifetimes "$work/word.csv"
is "... has a place and column" said 'word.csv:3:3'
is "provision times of a trace" exits 3 "$dryscale" fit provision "$work/small.jsonl"
is "... names the line" said 'small.jsonl:1:'
is "a fit of something else" exits 2 "$dryscale" fit provisoin "$work/small.jsonl"
is "... suggests the nearest" said 'provision'
plan
