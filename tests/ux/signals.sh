#!/usr/bin/env bash
# Killed, stopped, continued, crashed, flooded: the terminal comes back as it was.
. "$(dirname "$0")/lib.sh"
make_result
strip() { sed -e 's/rows [0-9]*; columns [0-9]*;//' "$1"; }
# ended SIGNAL CODE: the screens get a signal and end with a code
ended() {
	rm -f "$work/code" "$work/after" "$work/pid"
	start 80 24 "sh -c 'stty -a >$work/before; sh -c \"echo \\\$\\\$ >$work/pid; exec $DRYSCALE tui -j2 $R $S\"; echo \$? >$work/code; stty -a >$work/after; sleep 60'"
	until_text '[2 Pareto]' || { echo "$1: it did not start"; exit 1; }
	kill -"$1" "$(cat "$work/pid")"
	for i in $(seq 1 100); do [ -s "$work/after" ] && break; sleep 0.05; done
	[ "$(cat "$work/code" 2>/dev/null)" = "$2" ] || { echo "$1: ended with $(cat "$work/code"), not $2"; exit 1; }
	diff <(strip "$work/before") <(strip "$work/after") || { echo "$1: stty differs"; exit 1; }
	screen | grep -qF '[2 Pareto]' && { echo "$1: the screen is still there"; exit 1; }
	[ -z "${3:-}" ] || screen | tr -d '\n' | grep -qF "$3" || { echo "$1: does not say $3"; screen; exit 1; }
	stop
}
ended TERM 143
ended INT 130
ended HUP 129
ended SEGV 5 'internal error'
# Stopped and continued: the same screen again.
start 80 24 "bash --norc --noprofile -i"
keys "PS1='ready> '" Enter
until_text 'ready>' || { echo "no shell"; exit 1; }
keys "'$DRYSCALE' tui -j2 '$R' '$S'" Enter
"$DRYSCALE" tui -j2 --snapshot 80x24 "$R" "$S" | tidy >"$work/want"
LC_ALL=$utf8 "$DRYSCALE" tui -j2 --snapshot 80x24 "$R" "$S" | tidy >"$work/want"
until_screen "$work/want" || { echo "not the snapshot"; exit 1; }
keys C-z
until_text 'Stopped' || { echo "Ctrl-Z does not stop it"; screen; exit 1; }
keys fg Enter
until_screen "$work/want" || { echo "another screen after fg"; screen; exit 1; }
# A megabyte of keys: it answers afterwards.
head -c 1000000 /dev/zero | tr '\0' 'j' >"$work/paste"
tmux -L "$socket" load-buffer "$work/paste"
tmux -L "$socket" paste-buffer -t t
keys 1
until_text '[1 Sweep]' 300 || { echo "it drowned in keys"; screen; exit 1; }
echo "signals, stop and continue, a megabyte of keys: the terminal as it was"
