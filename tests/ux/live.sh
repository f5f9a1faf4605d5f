#!/usr/bin/env bash
# A sweep in the screens: started, paused, stopped, gone on with, resumed from
# its journal by another process; keys are answered while every worker runs; a
# file that changes on disk is told; a wrong one is a screen until it is right.
. "$(dirname "$0")/lib.sh"
long=$(long_scenario)
journal=$work/journal
fail() {
	echo "$1"
	screen
	exit 1
}
count() { screen | head -1 | grep -oE '(RUNNING|PAUSED|STOPPED|STOPPING|DONE) [0-9]+' | grep -oE '[0-9]+'; }

start 80 24 "exec '$DRYSCALE' tui -j2 --resume '$journal' '$long'"
until_text 'r starts the sweep' 300 || fail "it did not start"
keys r
until_text RUNNING || fail "r does not start the sweep"
until_text 'Front so far' || fail "no front while it runs"
# Keys while all workers run: the worst of twenty, from the key to the screen.
worst=0
for i in $(seq 1 10); do
	for want in 2 6; do
		begin=$(date +%s%N)
		keys $want
		until screen | sed -n 2p | grep -qF "[$want "; do :; done
		took=$((($(date +%s%N) - begin) / 1000000))
		[ "$took" -gt "$worst" ] && worst=$took
	done
done
echo "# keys answered within $worst ms, tmux's own time included"
[ "$worst" -lt 2000 ] || fail "a key took $worst ms"
keys 1
keys p
until_text PAUSED || fail "p does not pause"
sleep 0.5
at=$(count)
sleep 0.7
[ "$(count)" = "$at" ] || fail "points finish while it is paused"
keys p
until_text RUNNING || fail "p does not go on"
keys x
until_text 'y/N' || fail "x does not ask"
keys Enter
until_text RUNNING || fail "Enter meant yes"
keys x
until_text 'y/N' || fail "x does not ask again"
keys y
until_text STOPPED || fail "y does not stop it"
at=$(count)
keys r
until_text RUNNING || fail "r does not go on"
keys q
until_text 'y/N' || fail "q does not ask while a sweep runs"
keys y
until_gone || fail "it did not end"
# Another process takes over what the journal has.
start 80 24 "exec '$DRYSCALE' tui -j2 --resume '$journal' '$long'"
until_text 'r starts the sweep' 300 || fail "it did not start again"
keys r
until_text 'from journal' || fail "nothing was taken over from the journal"
# The baseline is a finished point, too, but no point that was taken over.
taken=$(screen | grep -oE 'from journal [0-9]+' | grep -oE '[0-9]+')
[ "$((taken + 1))" -ge "${at:-1}" ] || fail "only $taken points were taken over, $at were finished"
# The scenario changes on disk: told, nothing is replaced.
echo '# changed' >>"$long"
until_text 'result is of an older long.yaml' || fail "a changed file is not told"
stop
# A wrong scenario is a screen, and read again when it is saved.
sed 's/minSize: 4/minSize: 400/' "$long" >"$work/wrong.yaml"
start 80 24 "exec '$DRYSCALE' tui -j2 '$work/wrong.yaml'"
until_text 'cannot load' 300 || fail "a wrong file is no screen"
until_text 'The file is watched' || fail "it does not say that it watches"
sleep 1.1
cp "$long" "$work/wrong.yaml"
until_text 'r starts the sweep' || fail "a file that was put right is not read again"
keys q
until_gone || fail "q does not end it"
echo "started, paused, stopped, resumed; changed and wrong files told"
