#!/bin/sh
# demo: the bundled scenarios as stories; every number is what "run" says.
. "$(dirname "$0")/cli.sh"
ln -s "$here/scenarios" "$here/traces" .

dry demo -q
ok "the stories" is 0
ok "all four" sh -c '[ "$(grep -c "^  go on with: " out)" = 4 ]'
ok "each with its question" sh -c '[ "$(grep -c "^  The question: " out)" = 4 ]'
ok "no comment signs, no commands of the comment" sh -c '! grep -q "^ *#\|^ *dryscale" out'
cp out all
dry demo -q black-friday
ok "one of them" is 0
ok "is the same as among all" sh -c 'tail -n "$(wc -l <out)" all | cmp - out'

told=$("$DRYSCALE" run -q -f json -p placeholders.nodes=5 scenarios/black-friday.yaml | jq .metrics.cost_usd_day)
ok "a number is what run says" sh -c "grep '^  five nodes of headroom ' out | grep -qF \"\\\$$(printf %.2f "$told")\""
dry demo -q -o story.txt gpu-burst
ok "into a file" grep -q '^gpu-burst$' story.txt
dry demo gpu-brust
ok "no such story" is 2
mkdir empty && cd empty || exit 1
dry demo -q
ok "nowhere to be found, or where make install put them" sh -c "[ $code = 3 ] || [ $code = 0 ]"
cd ..
done_testing
