#!/bin/sh
# Colour only when wanted, progress on stderr alone, signals.
. "$(dirname "$0")/cli.sh"
small
ESC=$(printf '\033')
coloured() { grep -q "$ESC" out; }
plain() { ! coloured; }

dry run small.yaml
ok "no colour in a pipe" plain
dry run --color always small.yaml
ok "--color always colours a pipe" coloured
NO_COLOR=1 "$DRYSCALE" run --color always small.yaml >out 2>err
ok "--color always wins over NO_COLOR" coloured
dry run --color always -o file small.yaml
ok "a file is never coloured" sh -c "! grep -q '$ESC' file"

if command -v script >/dev/null; then
	on_terminal() { env "$@" script -qec "'$DRYSCALE' run small.yaml" /dev/null >out 2>err </dev/null; }
	on_terminal -u NO_COLOR TERM=xterm-256color
	ok "colour on a terminal" coloured
	on_terminal NO_COLOR=1 TERM=xterm-256color
	ok "NO_COLOR" plain
	on_terminal -u NO_COLOR TERM=dumb
	ok "TERM=dumb" plain
	on_terminal NO_COLOR= TERM=xterm-256color
	ok "an empty NO_COLOR is none" coloured
else
	for t in "colour on a terminal" NO_COLOR TERM=dumb "an empty NO_COLOR is none"; do
		skip "$t" "no script(1)"
	done
fi

# A run that takes its time: many replications.
"$DRYSCALE" run --replications 10000 -j1 "$here/scenarios/web-and-batch.yaml" --progress plain \
	-o slow.txt --events slow.jsonl >out 2>err &
pid=$!
sleep 0.5
kill -TERM $pid
wait $pid
code=$?
ok "SIGTERM ends with 143" is 143
ok "and leaves no file" sh -c '[ ! -e slow.txt ] && [ -z "$(ls slow* 2>/dev/null)" ]'
ok "and no result" silent
timeout --preserve-status -s INT 0.5 "$DRYSCALE" run --replications 10000 -j1 "$here/scenarios/web-and-batch.yaml" >out 2>err
code=$?
ok "SIGINT ends with 130" is 130
ok "and no result" silent
ok "progress has no carriage return in a log" sh -c '! grep -q "$(printf "\r")" err'
done_testing
