#!/bin/sh
# From nothing to a front: sweeps a bundled scenario, prints its front, and opens
# the screens when there is a terminal to draw on.
set -eu
scenario=scenarios/web-and-batch.yaml
result=build/demo.json.gz
echo "demo: dryscale run $scenario"
./dryscale run "$scenario"
echo
echo "demo: dryscale sweep -o $result $scenario"
./dryscale sweep --force -o "$result" "$scenario"
if [ -t 0 ] && [ -t 1 ]; then
	exec ./dryscale tui "$result" "$scenario"
fi
echo
echo "demo: on a terminal this goes on with: ./dryscale tui $result $scenario"
