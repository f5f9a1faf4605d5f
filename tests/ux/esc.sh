#!/usr/bin/env bash
# Esc never quits, a window that is too small obeys nothing, and a sweep goes on
# meanwhile: five times Esc on every screen, then x, W and Enter at 40x8.
. "$(dirname "$0")/lib.sh"
long=$(long_scenario)
mkdir "$work/cwd"
start 80 24 "cd '$work/cwd' && exec '$DRYSCALE' tui -j1 '$long'"
until_text 'r starts the sweep' 300 || { echo "it did not start"; screen; exit 1; }
keys r
until_text 'RUNNING' || { echo "the sweep did not start"; screen; exit 1; }
for view in 1 2 3 4 5 6; do
	keys $view
	for i in 1 2 3 4 5; do keys Escape; sleep 0.06; done
	alive || { echo "Esc ended it on screen $view"; exit 1; }
	until_text "[$view " 50 || { echo "Esc left screen $view"; screen; exit 1; }
done
size 40 8
until_text 'dryscale needs 60 columns' || { echo "no message at 40x8"; screen; exit 1; }
screen | grep -qF 'sweep keeps running' || { echo "it does not say that the sweep runs"; screen; exit 1; }
keys x
keys W
keys Enter
sleep 0.3
alive || { echo "it ended at 40x8"; exit 1; }
size 80 24
until_text 'RUNNING' || { echo "the sweep does not run after growing back"; screen; exit 1; }
[ -z "$(ls -A "$work/cwd")" ] || { echo "a file was written: $(ls -A "$work/cwd")"; exit 1; }
# q asks while a sweep runs; Enter is no, y is yes.
keys 1
for i in $(seq 1 12); do keys q; until_text 'stop it and quit' 3 && break; done
screen | grep -qF 'stop it and quit' || { echo "q does not ask"; screen; exit 1; }
keys Enter
sleep 0.2
alive || { echo "Enter meant yes"; exit 1; }
keys q
until_text 'stop it and quit' || { echo "q does not ask again"; exit 1; }
keys y
until_gone || { echo "y did not end it"; exit 1; }
echo "Esc never quits; 40x8 obeys nothing; the sweep went on; q asks"
