#!/bin/sh
# A sweep with a journal, killed with -9 again and again at any moment, ends
# with the bytes of one that was never disturbed. KILLS=200 for the long test.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2
dryscale=$DRYSCALE
scenario=$PWD/scenarios/web-and-batch.yaml
cd "$work" || exit 2
kills=${KILLS:-12}
options="-q -j2 --exhaustive -g scale-down-unneeded-time=2m..20m/3m -g expander=priority,least-waste,most-pods -g nodeGroups.spot.maxSize=0,10"

# shellcheck disable=SC2086
"$dryscale" sweep $options -o whole.json "$scenario" >/dev/null || { echo "1..0 # SKIP the sweep itself fails"; exit 0; }
killed=0 round=0
while [ $round -lt "$kills" ]; do
	round=$((round + 1))
	# shellcheck disable=SC2086
	"$dryscale" sweep $options --resume journal -o result.json "$scenario" >/dev/null 2>&1 &
	pid=$!
	# a moment that differs from round to round
	sleep "$(awk -v r=$round 'BEGIN { srand(r); printf "%.3f", 0.01 + 0.2 * rand() }')"
	if kill -9 $pid 2>/dev/null; then killed=$((killed + 1)); fi
	wait $pid 2>/dev/null
	if [ -e result.json ]; then
		cmp -s result.json whole.json || { echo "not ok 1 - killed $killed times"; echo 1..1; exit 1; }
		rm -f result.json journal
	fi
done
# shellcheck disable=SC2086
"$dryscale" sweep $options --resume journal -o result.json "$scenario" >/dev/null 2>err
if cmp -s result.json whole.json; then
	echo "ok 1 - killed $killed times, the same bytes in the end"
else
	echo "not ok 1 - killed $killed times, other bytes in the end"
	sed -n '1,5s/^/# /p' err
fi
if [ "$(wc -l <journal)" -ge 42 ] && [ "$(tail -c 1 journal)" = "" ]; then
	echo "ok 2 - the journal is whole lines, one a point"
else
	echo "not ok 2 - the journal is whole lines, one a point"
fi
echo 1..2
