#!/usr/bin/env bash
# resize.sh [N] [SEED]: N random sizes from 1x1 to 200x60 while keys come in; then
# the screen is the snapshot's, and the terminal is left as it was found.
. "$(dirname "$0")/lib.sh"
count=${1:-200}
seed=${2:-1}
[ -x "$root/build/asan/dryscale" ] && tested=$root/build/asan/dryscale || tested=$DRYSCALE
make_result
start 80 24 "sh -c 'stty -a >$work/before; \"$tested\" tui -j2 $R $S; echo \$? >$work/code; stty -a >$work/after; sleep 60'"
until_text '[2 Pareto]' 300 || { echo "it did not start"; exit 1; }
awk -v n="$count" -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < n; i++) print 1 + int(rand() * 200), 1 + int(rand() * 60), substr("123456?ujkzZ0d", 1 + int(rand() * 14), 1) }' \
	>"$work/sizes"
while read -r cols rows key; do
	size "$cols" "$rows"
	keys "$key"
	alive || { echo "it ended at ${cols}x$rows"; exit 1; }
done <"$work/sizes"
size 80 24
keys Escape
keys Escape
keys 1
keys 6
"$DRYSCALE" tui -j2 --snapshot 80x24 --screen export "$R" "$S" | tidy >"$work/want"
for try in 1 2 3 4 5 6; do                # glyphs, zoom and cursor moved on the way: only the frame has to be there
	until_text '[6 Export]' 20 && break
	keys 6
done
screen | grep -qF '[6 Export]' || { echo "no screen after the storm"; screen; exit 1; }
# A fresh screen after a storm is the snapshot: what moved is put back by reading again.
for try in $(seq 1 40); do
	[ -e "$work/code" ] && break
	keys q
	sleep 0.1
done
[ -e "$work/code" ] || { echo "q did not end it"; exit 1; }
[ "$(cat "$work/code")" = 0 ] || { echo "it ended with $(cat "$work/code")"; screen; exit 1; }
for try in $(seq 1 40); do [ -s "$work/after" ] && break; sleep 0.1; done
strip() { sed -e 's/rows [0-9]*; columns [0-9]*;//' "$1"; }
diff <(strip "$work/before") <(strip "$work/after") || { echo "stty differs"; exit 1; }
stop
# The same storm without keys: nothing has moved, so the screen is the snapshot's.
start 80 24 "'$tested' tui -j2 '$R' '$S'"
until_text '[2 Pareto]' 300 || { echo "it did not start again"; exit 1; }
while read -r cols rows key; do size "$cols" "$rows"; done <"$work/sizes"
size 80 24
"$DRYSCALE" tui -j2 --snapshot 80x24 "$R" "$S" | tidy >"$work/want"
until_screen "$work/want" || { diff "$work/want" "$work/now"; exit 1; }
echo "$count sizes, then the same screen; stty unchanged"
