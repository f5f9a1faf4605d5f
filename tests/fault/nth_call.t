#!/bin/sh
# The n-th allocation, open, read, write, fsync, rename or close fails, alone or with all
# that follow, for every n until the command succeeds undisturbed. Each time: exit status 5
# and a message (3 where a file cannot be opened), or the right bytes when nothing was lost;
# never a crash, nothing on standard output, no file that is not whole, none left behind.
# Of the thousands of allocations a sample is tried, all of them with FAULTS=all.
. "$(dirname "$0")/../support/tap.sh"
cd "$here" || exit 2
dryscale=$DRYSCALE
. "$here/tests/fault/shim/shim.sh"
cp tests/conformance/hand/sd-defaults/scenario.json tests/conformance/hand/sd-defaults/trace.jsonl "$work/"
cat >"$work/pods.csv" <<'CSV'
name,arrival,cpu,memory,seconds
a,0,1,2Gi,300
b,60,500m,1Gi,120
c,61,2,4Gi,900
CSV
cd "$work" || exit 2
tests=0

# command NAME: what is run; results go to out.json
command_of() {
	case $1 in
	run) echo run -q -f json -o out.json scenario.json ;;
	sweep) echo sweep -q -j1 -f json -g scale-down-unneeded-time=2m,10m -o out.json scenario.json ;;
	import) echo import csv -q --columns name=name,t=arrival,cpu=cpu,memory=memory,duration=seconds -o out.json pods.csv ;;
	generate) echo generate web-service --seed 1 -q -o out.json ;;
	validate) echo run --validate scenario.json ;;
	esac
}

# judge: "" when what is left in out.json, out, err and $got is right, else why not
judge() {
	[ "$got" -lt 128 ] || { echo "exit status $got"; return; }
	[ ! -e out.json.tmp ] || { echo "left out.json.tmp"; return; }
	if [ "$got" = 0 ]; then
		[ ! -e whole ] || cmp -s whole out.json || echo "says it went well with other bytes"
		return
	fi
	[ "$got" = 5 ] || { [ "$got" = 3 ] && [ "$call" = open ]; } || { echo "exit status $got"; return; }
	[ -s err ] || { echo "no message"; return; }
	[ ! -s out ] || { echo "wrote to standard output"; return; }
	[ ! -e out.json ] || cmp -s whole out.json || echo "left a file that is not whole"
}

# survives CALL ERRNO NAME [STAYS]
survives() {
	call=$1 number=$2 name=$3 stays=${4:-}
	n=0 tried=0 failed=0 why=
	total=$(cat "count-$name-$call")
	while [ -z "$why" ]; do
		n=$((n + 1))
		# a sample of many: the first and the last calls, and some between
		if [ "${FAULTS:-}" != all ] && [ $n -gt 12 ] && [ $n -lt $((total - 24)) ]; then
			n=$((n + total / 12))
			[ $n -le $((total - 24)) ] || n=$((total - 24))
		fi
		rm -f out.json out.json.tmp mark
		# shellcheck disable=SC2046
		env ${stays:+FAULT_STAYS=1} FAULT_CALL="$call" FAULT_NTH=$n FAULT_ERRNO="$number" FAULT_MARK=mark \
			LD_PRELOAD="$shim" timeout 20 "$dryscale" $(command_of "$name") >out 2>err </dev/null
		got=$?
		why=$(judge)
		[ -e mark ] || break
		tried=$((tried + 1))
		[ $got = 0 ] || failed=$((failed + 1))
	done
	tests=$((tests + 1))
	what="$name: $call fails with errno $number${stays:+, and all that follow}"
	[ -n "$why" ] || [ -e mark ] || [ $got = 0 ] || why="exit status $got without a fault"
	if [ -z "$why" ]; then
		echo "ok $tests - $what ($tried calls tried, $failed end it)"
	else
		echo "not ok $tests - $what: the call $n: $why"
		sed -n '1,4s/^/# /p' err
	fi
}

for name in run validate sweep import generate; do
	rm -f out.json whole
	for call in alloc open read write fsync rename close; do
		rm -f out.json
		# shellcheck disable=SC2046
		FAULT_CALL=$call FAULT_COUNT=count-$name-$call LD_PRELOAD=$shim \
			"$dryscale" $(command_of $name) >out 2>err </dev/null
	done
	[ ! -e out.json ] || mv out.json whole
	[ -s count-$name-alloc ] || { echo "Bail out! $name: no calls were counted"; exit 1; }

	survives alloc 12 $name
	survives alloc 12 $name stays
	survives open 24 $name
	[ "$(cat count-$name-read)" = 0 ] || survives read 5 $name
	if [ $name != validate ]; then
		survives write 28 $name
		survives write 28 $name stays
		survives fsync 5 $name
		survives rename 13 $name
		survives close 5 $name
	fi

	tests=$((tests + 1))
	rm -f out.json
	# shellcheck disable=SC2046
	FAULT_SHORT=1 LD_PRELOAD=$shim timeout 20 "$dryscale" $(command_of $name) >out 2>err </dev/null
	got=$?
	if [ $got = 0 ] && { [ ! -e whole ] || cmp -s whole out.json; }; then
		echo "ok $tests - $name: short and interrupted reads and writes change nothing"
	else
		echo "not ok $tests - $name: short and interrupted reads and writes (exit status $got)"
	fi
done
echo "1..$tests"
